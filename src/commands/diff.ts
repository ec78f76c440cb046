import { AppError } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import { type RunLogPaths, runLogPaths } from "../logs/log_paths.ts";
import { readLogBatches } from "../logs/read_log_batches.ts";
import type { JobView } from "../protocol/job_view.ts";
import { flatLines } from "./following/flat_lines.ts";
import { RUN_FLAG } from "./following/stream_command.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { readJobs } from "./frame/job_operands.ts";
import { BUDGET_FLAGS, readBudget, wordsOfImp } from "./frame/output_flags.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import { formatCommand } from "./output/format_command.ts";
import { callJob } from "./output/job_text.ts";
import { compareRuns, type PrintedRun } from "./why/compare_runs.ts";
import { type AskedRuns, pickRuns } from "./why/pick_runs.ts";
import { renderDifference } from "./why/render_difference.ts";
import { toDifferenceJson } from "./why/difference_json.ts";

/** So many lines at most, unless somebody says how many. */
const MOST_LINES = 200;

/** `imp diff`: what a failing run printed that a good one did not. */
export const command: Command = {
  usage: ["diff JOB [RUN RUN] [--run N] [--max-lines N] [--max-bytes N]"],
  description:
    "Prints the lines that the newest run of the job that failed has printed and that the newest " +
    "good run before it has not. With --run it is about run N in its place; with RUN RUN the lines " +
    "of the second that the first does not have. Lines are the same that differ only in what is " +
    "another each time: times, durations, pids, hashes, UUIDs, ports, addresses in memory, temporary " +
    "paths, colours. Where in its stream a line stands does not count; one that comes again is shown " +
    "once, with how often. A run is good that ended by itself with 0, or was ready until somebody " +
    "wanted its end. Of more than 200 lines the middle is left out, unless a flag says how many " +
    "(0: all, of at most 10,000 different ones). Changes nothing.",
  flags: [
    { ...RUN_FLAG, summary: "What run N printed, instead of the newest that failed" },
    ...BUDGET_FLAGS,
  ],
  operands: "a job and runs",
  examples: [
    { command: "imp diff api", what: "what is new in the run that failed" },
    { command: "imp diff api --run 7", what: "in run 7" },
    { command: "imp diff api 7 8", what: "what 8 printed and 7 did not" },
    { command: "imp diff api --json | jq -r '.lines[].text'", what: "for scripts" },
  ],
  output:
    "A line about the runs, then the lines, each behind out (stdout) or err (stderr), in the " +
    'order of their first coming. With --json {"daemon_id","job_id","job_name","run","against", ' +
    '"lines":[{"stream","text","times"}], "omitted":{"lines","bytes","index"}, "missing":[{"run",' +
    '"stream","bytes"}],"is_exact"}: "omitted" (null: nothing) stands before the line of that index, ' +
    '"missing" is what the runs printed that is kept no more; "is_exact" is false of more than 11 ' +
    "million different lines, of which some are taken for others.",
  exitCodes: { 0: "no line is new", 1: "some are", ...JOB_EXIT_CODES },
  async run(ctx, args) {
    const { name, asked } = readOperands(args);
    const budget = readBudget(args) ??
      { maxLines: args.has("max-lines") || args.has("max-bytes") ? undefined : MOST_LINES };
    const details = await (await ctx.source()).request("get_job", { job: name });
    const { job } = details;
    const pair = pickRuns(details, asked);
    const difference = await compareRuns({
      run: readPrinted(ctx, job, pair.run.run),
      against: readPrinted(ctx, job, pair.against.run),
      budget,
    });
    if (ctx.json) await writeJson(ctx, toDifferenceJson(ctx.daemonId, job, { pair, difference }));
    else {
      const numbers = [pair.against.run, pair.run.run].map(String);
      const words = [...wordsOfImp(args), "diff", callJob(job), ...numbers, "--max-lines", "0"];
      await writeLines(
        ctx,
        renderDifference(job, {
          ...{ pair, difference, nowMs: ctx.clock.now(), color: ctx.color },
          command: formatCommand(words),
        }),
      );
    }
    return difference.head.length + difference.tail.length > 0 || difference.omitted.lines > 0
      ? ExitCode.failed
      : ExitCode.done;
  },
};

/** @throws AppError `usage.missing_job`, `usage.bad_number`, `usage.conflict`, `usage.unexpected_word` */
function readOperands(args: ParsedArgs): { name: string; asked: AskedRuns } {
  const [name, ...runs] = readJobs(args, "diff").jobs;
  const asked = args.count("run");
  const numbers = runs.map((word) => {
    if (/^\d{1,15}$/.test(word)) return Number(word);
    throw new AppError("usage.bad_number", `Not the number of a run: ${JSON.stringify(word)}`, {
      hint: "Write it like imp diff JOB 7 8; imp show JOB tells which there are",
    });
  });
  if (numbers.length === 0) return { name: name!, asked: { run: asked } };
  if (asked !== undefined) {
    throw new AppError("usage.conflict", "Either --run or RUN RUN, not both");
  }
  if (numbers.length === 2) return { name: name!, asked: { against: numbers[0], run: numbers[1] } };
  throw new AppError("usage.unexpected_word", `imp diff compares two runs, not ${numbers.length}`, {
    hint: `imp diff JOB --run ${numbers.at(-1)} compares that one with the last good one before it`,
  });
}

function readPrinted(ctx: CommandContext, job: JobView, run: number): PrintedRun {
  const paths: RunLogPaths = runLogPaths(ctx.paths.logsDir, job.id, run);
  const from = { stdout: 0, stderr: 0 };
  return {
    run,
    batches: flatLines(readLogBatches(paths, { clock: ctx.clock, from })),
  };
}
