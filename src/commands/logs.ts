import { findLogSources } from "./following/find_log_sources.ts";
import { openLogSession } from "./following/log_session.ts";
import { readLogQuery } from "./following/read_log_query.ts";
import { showLogs } from "./following/show_logs.ts";
import { LINES_FLAG, RUN_FLAG } from "./following/stream_command.ts";
import type { Command } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { BUDGET_FLAGS, CURSOR_FLAG, readCursor } from "./frame/output_flags.ts";

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
      summary:
        "Only stderr, and all of jobs in trouble (imp why); -n counts the lines of all jobs together",
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
    const asked = readCursor(args, []);
    const found = await findLogSources(ctx, args, asked);
    const { sources, gone, isOfAll } = found;
    const follows = args.has("follow");
    const isTagged = args.operands.length > 1 || (args.operands.length === 0 && sources.length > 1);
    const session = await openLogSession(ctx, args, {
      ...{ found, query, asked },
      isTagged: isTagged || (isOfAll && follows),
    });
    const { writer, wanted } = session;
    for (const jobId of gone) await writer.tellGone(jobId);
    let code = 0;
    try {
      if (follows) {
        const { followLogs } = await import("./following/follow_logs.ts");
        code = await followLogs(ctx, sources, { query: wanted, writer, isAll: isOfAll });
      } else await showLogs(ctx, sources, { query: wanted, writer });
    } finally {
      await session.end();
    }
    return code;
  },
};
