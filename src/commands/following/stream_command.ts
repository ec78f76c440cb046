import { AppError } from "../../base/app_error.ts";
import { ExitCode } from "../../base/exit_code.ts";
import { runLogPaths, type StreamName } from "../../logs/log_paths.ts";
import type { Reading } from "../../logs/stretches.ts";
import { tailOffset } from "../../logs/tail.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import type { Command, CommandContext, JobReader } from "../frame/command.ts";
import type { FlagSpec } from "../frame/flag_spec.ts";
import { JOB_EXIT_CODES } from "../frame/exit_code_texts.ts";
import { followJob } from "./follow_job.ts";
import { readOneJob } from "../frame/job_operands.ts";
import { readMost, SHOWN_FLAGS } from "../frame/output_flags.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";
import { nameJob } from "../output/job_text.ts";
import { copyReading } from "./copy_reading.ts";
import { openShownOutput } from "./shown_output.ts";

/** `-n`, in the commands that show output. */
export const LINES_FLAG: FlagSpec = {
  name: "lines",
  short: "n",
  value: "N",
  summary: "Only the last N lines; all of them: -n all",
};

/** `--run`, in the commands that show output. */
export const RUN_FLAG: FlagSpec = {
  name: "run",
  value: "N",
  summary: "Of run N instead of the last one",
  complete: "runs",
};

/** The command that shows one stream: bytes as they are, whoever reads them. */
export function createStreamCommand(stream: StreamName): Command {
  return {
    usage: [`${stream} JOB [-f] [-n N] [--run N] [--max-lines N] [--max-bytes N] [--cursor C]`],
    description:
      `Prints what the job wrote to ${stream} in its current or last run, byte by byte. ` +
      "With -f it goes on, also into the runs that a restart begins, until the job is down. " +
      "With --cursor only what came since is printed, of all runs since then, and behind it on " +
      "stderr the cursor to give the next time. What a limit leaves out is told in its place, with " +
      "the command that prints it.",
    flags: [
      { name: "follow", short: "f", summary: "Go on until the job is down" },
      LINES_FLAG,
      RUN_FLAG,
      ...SHOWN_FLAGS,
    ],
    operands: "jobs",
    examples: [
      { command: `imp ${stream} build > build.log`, what: "all of it" },
      { command: `imp ${stream} -f -n 20 api`, what: "the end, and what follows" },
      { command: `imp ${stream} api --cursor "" --max-bytes 4000`, what: "a look, and a cursor" },
    ],
    output: 'The bytes. With --json lines of {"type":"output","stream","text"}, and of ' +
      '{"type":"notice","stream","notice"} where bytes are missing.',
    exitCodes: { 0: "done", ...JOB_EXIT_CODES, 130: "-f was ended with Ctrl+C" },
    async run(ctx, args) {
      const name = readOneJob(args, stream);
      const lines = readMost(args, "lines");
      // What follows is told by a daemon; what was printed is in the files.
      const client = args.has("follow") ? await ctx.client() : undefined;
      const reader: JobReader = client ?? await ctx.source();
      const details = await reader.request("get_job", { job: name });
      const { job } = details;
      const run = readRun(args, details);
      // What was asked for is a result, so that `imp stderr build | grep` finds it.
      const shown = await openShownOutput(ctx, args, { job, to: "stdout" });
      const reading = shown.readingOf([stream], run) ?? lastLines(ctx, { job, run, stream, lines });
      const isFollowed = client !== undefined && run === job.run && run > 0;
      const options = { job, run, streams: [stream], since: reading, output: shown.output };
      try {
        const isOver = isFollowed
          ? await followJob(ctx, { client, ...options }) !== undefined
          : await copyReading(ctx, { ...options, tellsGaps: args.has("cursor") });
        return isOver ? 0 : ExitCode.interrupted;
      } finally {
        await shown.end();
      }
    },
  };
}

/** The last lines of a run, or all of it. */
function lastLines(
  ctx: CommandContext,
  { job, run, stream, lines }: {
    job: JobView;
    run: number;
    stream: StreamName;
    lines?: number | undefined;
  },
): Reading {
  if (run === 0) return { stretches: [], lost: undefined };
  const path = runLogPaths(ctx.paths.logsDir, job.id, run)[stream];
  const from = lines === undefined ? 0 : tailOffset(path, lines).offset;
  return { stretches: [{ run, from: { [stream]: from }, to: {} }], lost: undefined };
}

/** The run that is asked for, else the last one; 0 when there was none. @throws AppError `run.not_found` */
export function readRun(args: ParsedArgs, { job, runs }: ReplyOf<"get_job">): number {
  const run = args.count("run");
  if (run === undefined || run === job.run) return job.run;
  if (runs.some((each) => each.run === run)) return run;
  throw new AppError("run.not_found", `Job ${nameJob(job)} has no run ${run}`, {
    hint: runs.length === 0
      ? "It has not run yet"
      : `Its output is kept for: ${runs.map((each) => each.run).join(", ")}`,
  });
}
