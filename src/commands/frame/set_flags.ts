import type { JobSpec } from "../../protocol/job_spec.ts";
import type { FlagSpec } from "./flag_spec.ts";
import type { ParsedArgs } from "./parse_args.ts";

/** What `set` changes as well, beside the place. */
export const SET_FLAGS: readonly FlagSpec[] = [
  { name: "description", value: "TEXT", summary: "What it is for" },
  {
    name: "restart",
    value: "POLICY",
    summary: "no, on-failure[:MAX], always or unless-stopped (default: no)",
    complete: ["no", "on-failure", "always", "unless-stopped"],
  },
  {
    name: "stop-signal",
    value: "SIGNAL",
    summary: "What asks it to stop (default: TERM)",
    complete: "signals",
  },
  { name: "stop-timeout", value: "TIME", summary: "How long it may take to stop (default: 10s)" },
];

/** What {@linkcode SET_FLAGS} say. @throws AppError `usage.*` */
export async function readSetFlags(
  args: ParsedArgs,
): Promise<Pick<JobSpec, "description" | "restart" | "stop_signal" | "stop_timeout_ms">> {
  if (!SET_FLAGS.some(({ name }) => args.has(name))) return {};
  return (await import("./read_changes.ts")).readChanges(args);
}
