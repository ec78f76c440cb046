import type { Omission, OutputBudget } from "../logs/middle_cut.ts";
import type { ReadPlaces } from "../logs/read_places.ts";
import { findLogSources, type FoundSources } from "./following/find_log_sources.ts";
import { placesOf, tellCursor } from "./following/places_of.ts";
import { readLogBudget, readLogQuery } from "./following/read_log_query.ts";
import { showLogs } from "./following/show_logs.ts";
import { LINES_FLAG, RUN_FLAG } from "./following/stream_command.ts";
import type { WantedLogs } from "./following/wanted_logs.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import {
  type AskedCursor,
  BUDGET_FLAGS,
  CURSOR_FLAG,
  readCursor,
  wordsOfImp,
} from "./frame/output_flags.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import type { CutBuffer } from "./output/cut_buffer.ts";
import { lineOfJson } from "./frame/write.ts";
import { formatCommand } from "./output/format_command.ts";
import { LogWriter } from "./output/log_writer.ts";
import { describeOmission, formatOmission } from "./output/omission_text.ts";
import { WriteBuffer } from "./output/write_buffer.ts";

/** `imp logs`: both streams, in the order in which they were written. */
export const command: Command = {
  usage: ["logs [JOB…] [-f] [-n N] [--since TIME] [--until TIME] [--timestamps] [--grep RE]"],
  description: "Shows what jobs printed in their current or last run, both streams merged in the " +
    "order of their writing; of all jobs when none is named. Several jobs are told apart by " +
    "[name]. Into a file or a pipe go 200 lines at most, the first and the last, unless a flag says " +
    "how many (-n all: all of it); what is left out is told in its place, with the command that " +
    "shows it. With -f it begins with " +
    "the last 10 lines, goes on through restarts until Ctrl+C, and tells of starts and ends in " +
    "lines that begin with [imp]. With --cursor only what came since is shown, of all runs since " +
    "then, and behind it on stderr the cursor to give the next time; output that is kept no more is " +
    "told as a gap. A line is shown as a terminal would show it in the end, such as a " +
    "progress bar; one that pauses is shown as far as it is there. What a program draws on a whole " +
    "screen (vim, htop) is left out. Colours stay on a terminal, and nothing else that a terminal " +
    "would obey; with --plain not even they. --raw passes every byte on as it is. A TIME is how long " +
    "ago (30s, 2h), a time of today, a day with or without a time (today, yesterday, " +
    "2026-11-21 02:35), or RFC 3339; without a zone it is local time.",
  flags: [
    { name: "follow", short: "f", summary: "Go on until Ctrl+C" },
    {
      ...LINES_FLAG,
      summary: "Only the last N lines of each job (with -f: 10 unless given); all of them: -n all",
    },
    {
      name: "since",
      value: "TIME",
      summary: 'Only what is newer: 5m, 12:30, "yesterday 14:00", 2026-11-21T02:35:00Z',
    },
    { name: "until", value: "TIME", summary: "Only what is older, written the same way" },
    { name: "timestamps", short: "t", summary: "Say when each line was written, to within 0.1s" },
    RUN_FLAG,
    { name: "previous", summary: "Of the run before the last one" },
    { name: "all-runs", summary: "Of all runs that are kept" },
    {
      name: "errors",
      summary: "Only stderr, and all of jobs that failed; -n counts the lines of all jobs together",
    },
    ...BUDGET_FLAGS,
    CURSOR_FLAG,
    { name: "dedupe", summary: "A line that comes again and again only once, and how often" },
    { name: "grep", value: "RE", summary: "Only lines that match the regular expression" },
    { name: "plain", summary: "On a terminal, too, as for other programs: without colours" },
    { name: "raw", summary: "Byte for byte: colours and control sequences stay as they are" },
  ],
  operands: "jobs",
  examples: [
    { command: "imp logs api", what: "all of the current run" },
    { command: "imp logs -f", what: "all jobs, as they go" },
    { command: "imp logs --errors -n 20", what: "the last errors of all jobs" },
    { command: 'imp logs --cursor "" api', what: "200 lines at most, and a cursor" },
    { command: "imp logs --cursor C api", what: "what is new since then" },
    { command: "imp logs -n 100 --grep 'ERR|WARN' api", what: "what went wrong" },
    { command: "imp logs --since 5m --timestamps api worker", what: "two jobs" },
    { command: 'imp logs --since "yesterday 14:00" --until 15:30 api', what: "a part of the past" },
  ],
  output: "The lines. With --json a line each: " +
    '{"type":"line","time","job_id","job_name","run","stream","text","cursor"}, where the cursor goes on ' +
    "behind that line; one that is longer than 64 KiB " +
    'or pauses comes in pieces: all but the last have "partial":true, all but the first ' +
    '"continued":true. What is missing is told by {"type":"notice","notice":"gap","from","to",' +
    '"bytes"}, what a limit left out by {"type":"omitted","lines","bytes","cursor","command"}, and ' +
    'with --cursor the last line is {"type":"cursor","cursor"}.',
  exitCodes: { 0: "done", ...JOB_EXIT_CODES, 130: "-f was ended with Ctrl+C" },
  async run(ctx, args) {
    const query = readLogQuery(ctx, args);
    const limit = readLogBudget(ctx, args);
    const asked = readCursor(args, []);
    const { sources, gone, isOfAll } = await findLogSources(ctx, args, asked);
    const cursors = await openCursors(ctx, { sources, gone, asked, isOfAll, query });
    const cut = limit && await openCut(ctx, args, limit.budget);
    const follows = args.has("follow");
    const isTagged = args.operands.length > 1 || (args.operands.length === 0 && sources.length > 1);
    const writer = new LogWriter(ctx, {
      isTagged: isTagged || (isOfAll && follows),
      hasTimestamps: args.has("timestamps"),
      isRaw: query.isRaw ?? false,
      isPlain: args.has("plain"),
      cut,
      shown: cursors?.shown,
    });
    for (const jobId of gone) await writer.tellGone(jobId);
    const wanted = { ...query, read: cursors?.read };
    let code = 0;
    try {
      if (follows) {
        const { followLogs } = await import("./following/follow_logs.ts");
        code = await followLogs(ctx, sources, { query: wanted, writer, isAll: isOfAll });
      } else await showLogs(ctx, sources, { query: wanted, writer });
    } finally {
      await writer.end();
      if (limit && !limit.isAsked && cut) await tellCut(ctx, args, cut.omitted);
      if (asked && cursors) await tellCursor(ctx, cursors.read.toString());
    }
    return code;
  },
};

/** Who prints no cursor needs none of it. */
async function openCursors(
  ctx: CommandContext,
  { sources, gone, asked, isOfAll, query }: FoundSources & {
    readonly asked: AskedCursor | undefined;
    readonly query: WantedLogs;
  },
): Promise<{ read: ReadPlaces; shown: ReadPlaces } | undefined> {
  if (asked === undefined && !ctx.json) return undefined;
  const { ReadPlaces } = await import("../logs/read_places.ts");
  const jobs = sources.map(({ job, run }) =>
    asked ? placesOf(job, asked) : placesOf({ ...job, run }, undefined)
  );
  const kept =
    asked?.cursor?.jobs.filter(({ jobId }) =>
      !gone.includes(jobId) && !jobs.some((job) => job.jobId === jobId)
    ) ?? [];
  const initial = { isOfAll, jobs: [...kept, ...jobs] };
  const read = new ReadPlaces(initial);
  // What is shown only once all was read has places of its own.
  const isShownLater = query.total !== undefined || query.lines !== undefined;
  return { read, shown: isShownLater ? new ReadPlaces(initial) : read };
}

/** Flags that belong to a command which shows what this one has left out. */
const KEPT_FLAGS = ["grep", "timestamps", "plain", "raw", "dedupe", "json", "fields"];

async function openCut(
  ctx: CommandContext,
  args: ParsedArgs,
  budget: OutputBudget,
): Promise<CutBuffer> {
  const { CutBuffer } = await import("./output/cut_buffer.ts");
  const [job, ...others] = args.operands;
  const words = [
    ...wordsOfImp(args),
    "logs",
    ...job !== undefined && others.length === 0 ? [job] : [],
  ];
  const flags = KEPT_FLAGS.filter((flag) => args.has(flag)).map((flag) =>
    flag === "grep" || flag === "fields" ? `--${flag}=${args.value(flag)}` : `--${flag}`
  );
  return new CutBuffer(new WriteBuffer(ctx.stdout), {
    budget,
    mark(omission, cursor) {
      const command = formatCommand([...words, "--cursor", cursor, "--max-lines", "0", ...flags]);
      return ctx.json
        ? lineOfJson(ctx, { type: "omitted", ...omission, cursor, command }).trimEnd()
        : formatOmission(omission, command);
    },
  });
}

/** That nobody has asked for less than all is told where it is seen, whatever becomes of stdout. */
async function tellCut(ctx: CommandContext, args: ParsedArgs, omission: Omission): Promise<void> {
  if (omission.bytes === 0 || ctx.quiet) return;
  const words = formatCommand([...wordsOfImp(args), "logs", ...args.operands, "-n", "all"]);
  await ctx.stderr.write(
    `imp: ${describeOmission(omission)} were left out, for stdout is no terminal; ` +
      `all of it: ${words}\n`,
  );
}
