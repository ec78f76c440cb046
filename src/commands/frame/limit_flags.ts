import type { PayloadOf } from "../../protocol/request.ts";
import type { FlagSpec } from "./flag_spec.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** How a job is ended, how much it may use, and how much is kept of it. */
export const LIMIT_FLAGS: readonly FlagSpec[] = [
  {
    name: "stop-command",
    value: "TEXT",
    summary: "A line for sh that asks it to stop, in place of the signal",
  },
  {
    name: "schedule",
    value: "TIMES",
    summary: "When it is started again: as in cron, '0 3 * * *', or how often, 1h",
  },
  {
    name: "memory-limit",
    value: "SIZE",
    summary: "What it may use of the memory with all its processes, such as 512MiB; more is killed",
  },
  {
    name: "log-max-bytes",
    value: "SIZE",
    summary: "What is kept of each stream of a run (default: the setting)",
  },
  { name: "runs-kept", value: "N", summary: "How many runs are kept (default: the setting)" },
];

/** What they are called in a request. */
export const LIMIT_FIELDS = [
  "stop_command",
  "schedule",
  "memory_limit_bytes",
  "log_max_bytes",
  "runs_kept",
] as const;

/** What {@linkcode LIMIT_FLAGS} say, null what takes one away. @throws AppError `usage.bad_size`, `usage.bad_number` */
export async function readLimitFlags(
  args: ParsedArgs,
): Promise<Pick<PayloadOf<"set">, (typeof LIMIT_FIELDS)[number]>> {
  if (!LIMIT_FLAGS.some(({ name }) => args.has(name))) return {};
  return (await import("./read_limits.ts")).readLimits(args);
}
