import { AppError } from "../../base/app_error.ts";
import { toIsoTime } from "../../base/clock.ts";
import { parsePointInTime } from "../../base/point_in_time.ts";
import type { OutputBudget } from "../../logs/middle_cut.ts";
import type { CommandContext } from "../frame/command.ts";
import { readBudget, readMost } from "../frame/output_flags.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";
import { readPattern } from "../frame/read_pattern.ts";
import type { WantedLogs } from "./wanted_logs.ts";

/** How many lines come before what is followed. */
const LINES_BEFORE_FOLLOWING = 10;
/** So many lines at most go where nobody scrolls, unless somebody says how many. */
const LINES_ELSEWHERE = 200;
/** Flags that say which runs, of which only one may be given. */
const RUN_FLAGS = ["run", "previous", "all-runs", "cursor"] as const;
const CONFLICTS: readonly (readonly [string, string])[] = [
  ["plain", "raw"],
  ["raw", "dedupe"],
  ["follow", "until"],
  ["follow", "max-lines"],
  ["follow", "max-bytes"],
  ["follow", "errors"],
  ["follow", "previous"],
  ["cursor", "lines"],
  ["cursor", "since"],
  ["cursor", "until"],
];

/** Which lines `imp logs` is asked for. @throws AppError `usage.conflict`, `usage.bad_…` */
export function readLogQuery(ctx: CommandContext, args: ParsedArgs): WantedLogs {
  expectNoConflict(args);
  const sinceMs = readTime(ctx, args, "since");
  const untilMs = readTime(ctx, args, "until");
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs > untilMs) {
    throw new AppError("usage.conflict", "Nothing lies between --since and --until", {
      hint: `That is from ${toIsoTime(sinceMs)} to ${toIsoTime(untilMs)}`,
    });
  }
  const isFromNow = args.has("follow") && sinceMs === undefined && !args.has("cursor");
  const standard = isFromNow && !args.has("lines") ? LINES_BEFORE_FOLLOWING : undefined;
  const most = readMost(args, "lines") ?? standard;
  const lines = args.has("errors") ? { total: most } : { lines: most };
  const pattern = readPattern(args, "grep");
  return {
    ...lines,
    sinceMs,
    untilMs,
    pattern,
    isRaw: args.has("raw"),
    isDeduped: args.has("dedupe"),
  };
}

/** The limit that is asked for, or the one for who reads what goes into a file or a pipe; undefined without one. */
export function readLogBudget(
  ctx: CommandContext,
  args: ParsedArgs,
): { budget: OutputBudget; isAsked: boolean } | undefined {
  const isAsked = ["lines", "max-lines", "max-bytes"].some((flag) => args.has(flag));
  if (isAsked) {
    const budget = readBudget(args);
    return budget && { budget, isAsked };
  }
  if (args.has("follow") || ctx.stdout.isTerminal) return undefined;
  return { budget: { maxLines: LINES_ELSEWHERE }, isAsked };
}

function expectNoConflict(args: ParsedArgs): void {
  const runs = RUN_FLAGS.filter((flag) => args.has(flag));
  const [one, other] = runs.length > 1
    ? runs
    : CONFLICTS.find((flags) => flags.every((flag) => args.has(flag))) ?? [];
  if (one === undefined) return;
  const [first, second] = [one, other!].map((flag) =>
    flag === "follow" ? "-f" : flag === "lines" ? "-n" : `--${flag}`
  );
  throw new AppError(
    "usage.conflict",
    `Either ${first} or ${second}, not both`,
    hintFor(one, other!),
  );
}

function hintFor(one: string, other: string): { hint?: string } {
  if (one === "cursor") {
    return { hint: "A cursor says where to begin; --max-lines keeps short what follows" };
  }
  if (other.startsWith("max-")) {
    return { hint: "What is followed has no end; -n says how many lines come before" };
  }
  return {};
}

function readTime(ctx: CommandContext, args: ParsedArgs, flag: string): number | undefined {
  const text = args.value(flag);
  return text === undefined ? undefined : parsePointInTime(text, ctx.clock.now());
}
