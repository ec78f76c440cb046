import { AppError } from "../base/app_error.ts";
import { toIsoTime } from "../base/clock.ts";
import { parsePointInTime } from "../base/point_in_time.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { Command, CommandContext, JobReader } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { LogWriter } from "./output/log_writer.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { readPattern } from "./frame/read_pattern.ts";
import { showLogs } from "./following/show_logs.ts";
import type { LogSource, WantedLogs } from "./following/wanted_logs.ts";
import { LINES_FLAG, readRun, RUN_FLAG } from "./following/stream_command.ts";

/** How many lines come before what is followed. */
const LINES_BEFORE_FOLLOWING = 10;

/** `imp logs`: both streams, in the order in which they were written. */
export const command: Command = {
  usage: ["logs [JOB…] [-f] [-n N] [--since TIME] [--until TIME] [--timestamps] [--grep RE]"],
  description: "Shows what jobs printed in their current or last run, both streams merged in the " +
    "order of their writing; of all jobs when none is named. Several jobs are told apart by " +
    "[name]. Everything is shown unless -n says how many lines of each job; with -f it begins with " +
    "the last 10 lines, goes on through restarts until Ctrl+C, and tells of starts and ends in " +
    "lines that begin with [imp]. A line is shown as a terminal would show it in the end, such as a " +
    "progress bar; one that pauses is shown as far as it is there. What a program draws on a whole " +
    "screen (vim, htop) is left out. Colours stay on a terminal, and nothing else that a terminal " +
    "would obey; with --plain not even they. --raw passes every byte on as it is. A TIME is how long " +
    "ago (30s, 2h), a time of today, a day with or without a time (today, yesterday, " +
    "2026-11-21 02:35), or RFC 3339; without a zone it is local time.",
  flags: [
    { name: "follow", short: "f", summary: "Go on until Ctrl+C" },
    { ...LINES_FLAG, summary: "Only the last N lines of each job (with -f: 10 unless given)" },
    {
      name: "since",
      value: "TIME",
      summary: 'Only what is newer: 5m, 12:30, "yesterday 14:00", 2026-11-21T02:35:00Z',
    },
    { name: "until", value: "TIME", summary: "Only what is older, written the same way" },
    { name: "timestamps", short: "t", summary: "Say when each line was written, to within 0.1s" },
    RUN_FLAG,
    { name: "grep", value: "RE", summary: "Only lines that match the regular expression" },
    { name: "plain", summary: "On a terminal, too, as for other programs: without colours" },
    { name: "raw", summary: "Byte for byte: colours and control sequences stay as they are" },
  ],
  operands: "jobs",
  examples: [
    { command: "imp logs api", what: "all of the current run" },
    { command: "imp logs -f", what: "all jobs, as they go" },
    { command: "imp logs -n 100 --grep 'ERR|WARN' api", what: "what went wrong" },
    { command: "imp logs --since 5m --timestamps api worker", what: "two jobs" },
    { command: 'imp logs --since "yesterday 14:00" --until 15:30 api', what: "a part of the past" },
  ],
  output: "The lines. With --json a line each: " +
    '{"type":"line","time","job_id","job_name","run","stream","text"}; a line that is longer than 64 KiB ' +
    'or pauses comes in pieces: all but the last have "partial":true, all but the first ' +
    '"continued":true.',
  exitCodes: { 0: "done", ...JOB_EXIT_CODES, 130: "-f was ended with Ctrl+C" },
  async run(ctx, args) {
    const query = readQuery(ctx, args);
    const follows = args.has("follow");
    const sources = await findSources(ctx, args);
    const isTagged = args.operands.length > 1 || (args.operands.length === 0 && sources.length > 1);
    const writer = new LogWriter(ctx, {
      isTagged: isTagged || (args.operands.length === 0 && follows),
      hasTimestamps: args.has("timestamps"),
      isRaw: query.isRaw,
      isPlain: args.has("plain"),
    });
    if (!follows) {
      await showLogs(ctx, sources, { query, writer });
      return 0;
    }
    const { followLogs } = await import("./following/follow_logs.ts");
    return await followLogs(ctx, sources, { query, writer, isAll: args.operands.length === 0 });
  },
};

function readQuery(ctx: CommandContext, args: ParsedArgs): WantedLogs {
  const isRaw = args.has("raw");
  if (isRaw && args.has("plain")) {
    throw new AppError("usage.conflict", "Either --plain or --raw, not both");
  }
  const sinceMs = readTime(ctx, args, "since");
  const untilMs = readTime(ctx, args, "until");
  if (args.has("follow") && untilMs !== undefined) {
    throw new AppError("usage.conflict", "Either -f or --until, not both");
  }
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs > untilMs) {
    throw new AppError("usage.conflict", "Nothing lies between --since and --until", {
      hint: `That is from ${toIsoTime(sinceMs)} to ${toIsoTime(untilMs)}`,
    });
  }
  const standard = args.has("follow") && sinceMs === undefined ? LINES_BEFORE_FOLLOWING : undefined;
  const lines = args.count("lines") ?? standard;
  return { lines, sinceMs, untilMs, pattern: readPattern(args, "grep"), isRaw };
}

function readTime(ctx: CommandContext, args: ParsedArgs, flag: string): number | undefined {
  const text = args.value(flag);
  return text === undefined ? undefined : parsePointInTime(text, ctx.clock.now());
}

async function findSources(ctx: CommandContext, args: ParsedArgs): Promise<LogSource[]> {
  // What follows is told by a daemon; what was printed is in the files.
  const reader: JobReader = args.has("follow") ? await ctx.client() : await ctx.source();
  if (args.operands.length === 0 && !args.has("run")) {
    const { jobs } = await reader.request("list", {});
    return jobs.map((job) => ({ job, run: job.run }));
  }
  const found = new Map<string, { job: JobView; run: number }>();
  const names = args.operands.length > 0
    ? args.operands
    : (await reader.request("list", {})).jobs.map((job) => job.id);
  for (const name of names) {
    const details = await reader.request("get_job", { job: name });
    found.set(details.job.id, { job: details.job, run: readRun(args, details) });
  }
  return [...found.values()];
}
