import { AppError } from "../../base/app_error.ts";
import { ExitCode } from "../../base/exit_code.ts";
import { runLogPaths, type StreamName } from "../../logs/log_paths.ts";
import { readDrops } from "../../logs/drops.ts";
import { readStream, tailOffset } from "../../logs/tail.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import type { Command, JobReader } from "../frame/command.ts";
import type { FlagSpec } from "../frame/flag_spec.ts";
import { JOB_EXIT_CODES } from "../frame/exit_code_texts.ts";
import { followJob } from "./follow_job.ts";
import { readOneJob } from "../frame/job_operands.ts";
import { openJobOutput } from "../output/job_output.ts";
import { nameJob } from "../output/job_text.ts";
import { tellDrop } from "../output/tell_drop.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";

/** `-n`, in the commands that show output. */
export const LINES_FLAG: FlagSpec = {
  name: "lines",
  short: "n",
  value: "N",
  summary: "Only the last N lines",
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
    usage: [`${stream} JOB [-f] [-n N] [--run N]`],
    description:
      `Prints what the job wrote to ${stream} in its current or last run, byte by byte. ` +
      "With -f it goes on, also into the runs that a restart begins, until the job is down.",
    flags: [
      { name: "follow", short: "f", summary: "Go on until the job is down" },
      LINES_FLAG,
      RUN_FLAG,
    ],
    operands: "jobs",
    examples: [
      { command: `imp ${stream} build > build.log`, what: "all of it" },
      { command: `imp ${stream} -f -n 20 api`, what: "the end, and what follows" },
    ],
    output: 'The bytes. With --json lines of {"type":"output","stream","text"}, and of ' +
      '{"type":"notice","stream","notice"} where bytes are missing.',
    exitCodes: { 0: "done", ...JOB_EXIT_CODES, 130: "-f was ended with Ctrl+C" },
    async run(ctx, args) {
      const name = readOneJob(args, stream);
      const lines = args.count("lines");
      // What follows is told by a daemon; what was printed is in the files.
      const client = args.has("follow") ? await ctx.client() : undefined;
      const reader: JobReader = client ?? await ctx.source();
      const details = await reader.request("get_job", { job: name });
      const { job } = details;
      const run = readRun(args, details);
      if (run === 0) return 0;
      const path = runLogPaths(ctx.paths.logsDir, job.id, run)[stream];
      const fromOffset = lines === undefined ? 0 : tailOffset(path, lines).offset;
      // What was asked for is a result, so that `imp stderr build | grep` finds it.
      const output = openJobOutput(ctx, { to: "stdout" });
      if (client !== undefined && run === job.run) {
        const streams = [stream];
        const end = await followJob(ctx, { client, job, run, streams, fromOffset, output });
        return end ? 0 : ExitCode.interrupted;
      }
      for await (const bytes of readStream(path, { from: fromOffset })) {
        await output.write(stream, bytes);
      }
      for (const drop of readDrops(path, run !== job.run || job.finished_at !== null)) {
        await tellDrop(drop, stream, output);
      }
      return 0;
    },
  };
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
