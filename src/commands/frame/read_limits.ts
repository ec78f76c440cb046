import { AppError } from "../../base/app_error.ts";
import { isDuration, parseDuration } from "../../base/duration.ts";
import { formatSize, parseSize } from "../../base/size.ts";
import type { Schedule } from "../../protocol/schedule.ts";
import type { PayloadOf } from "../../protocol/request.ts";
import type { ParsedArgs } from "./parse_args.ts";

const LEAST_MEMORY = 2 ** 20;
const LEAST_LOG = 65_536;
const SHORTEST_MS = 1_000;
const MOST_RUNS = 10_000;

type Limits = Pick<
  PayloadOf<"set">,
  "stop_command" | "schedule" | "memory_limit_bytes" | "log_max_bytes" | "runs_kept"
>;

/** What the flags of limits say; `none` and `default` are null. @throws AppError `usage.bad_size`, `usage.bad_number`, `usage.bad_*` */
export function readLimits(args: Pick<ParsedArgs, "value" | "count">): Limits {
  const memory = args.value("memory-limit");
  const stop = args.value("stop-command");
  const times = args.value("schedule");
  const log = args.value("log-max-bytes");
  return {
    ...stop !== undefined && { stop_command: stop === "none" ? null : readCommand(stop) },
    ...times !== undefined && { schedule: times === "none" ? null : readSchedule(times) },
    ...memory !== undefined && {
      memory_limit_bytes: memory === "none" ? null : readSize("memory-limit", memory, LEAST_MEMORY),
    },
    ...log !== undefined && { log_max_bytes: log === "default" ? null : readLog(log) },
    ...args.value("runs-kept") !== undefined && { runs_kept: readRuns(args) },
  };
}

function readCommand(text: string): string[] {
  if (text.trim() !== "") return ["sh", "-c", text];
  throw new AppError("usage.bad_command", "No command for --stop-command", {
    hint: "Write it as one word for sh: --stop-command 'docker compose stop db'",
  });
}

/** How often, or a pattern of cron, which may have `TZ=ZONE` in front. */
function readSchedule(text: string): Schedule {
  if (isDuration(text)) {
    const every_ms = parseDuration(text);
    if (every_ms >= SHORTEST_MS) return { every_ms };
  }
  const [, timezone, cron] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.+)$/.exec(text.trim()) ?? [];
  if (cron !== undefined && /^@\w+$|^\S+(\s+\S+){4,5}$/.test(cron)) {
    return { cron, ...timezone !== undefined && { timezone } };
  }
  throw new AppError("usage.bad_schedule", `Not a schedule: ${JSON.stringify(text)}`, {
    hint: "Write minute, hour, day, month and weekday, as in '0 3 * * *' or " +
      "'TZ=Europe/Berlin */5 8-18 * * MON-FRI', or how often, as in 1h (1s at least)",
  });
}

/** 0 stands for all of it. */
function readLog(text: string): number {
  return text === "0" ? 0 : readSize("log-max-bytes", text, LEAST_LOG);
}

function readSize(flag: string, text: string, least: number): number {
  const bytes = parseSize(text);
  if (bytes >= least) return bytes;
  throw new AppError("usage.bad_size", `Too small for --${flag}: ${JSON.stringify(text)}`, {
    hint: `At least ${formatSize(least)}`,
  });
}

function readRuns(args: Pick<ParsedArgs, "value" | "count">): number | null {
  if (args.value("runs-kept") === "default") return null;
  const runs = args.count("runs-kept")!;
  if (runs >= 1 && runs <= MOST_RUNS) return runs;
  throw new AppError("usage.bad_number", `Not a number for --runs-kept: ${runs}`, {
    hint: `From 1 to ${MOST_RUNS}`,
  });
}
