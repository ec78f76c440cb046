import { AppError } from "../base/app_error.ts";
import { parseSignal } from "../platform/os_signals.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { Command } from "./frame/command.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { findJobs } from "./frame/find_jobs.ts";
import { ALL_FLAG } from "./frame/job_operands.ts";
import { callJob, nameJob } from "./output/job_text.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";

/** `imp signal`: a signal to the whole process group of jobs. */
export const command: Command = {
  usage: ["signal SIGNAL JOB…", "signal SIGNAL --all"],
  description: "Sends a signal to the job's process group. The signal is a name or a number and " +
    "stands first or last.",
  flags: [ALL_FLAG],
  operands: "signals and jobs",
  examples: [
    { command: "imp signal HUP api", what: "make it read its settings again" },
    { command: "imp signal api 10", what: "by number, the other way round" },
  ],
  output: 'One line a job: Sent SIGHUP to job V3x (api). With --json {"jobs":[…]}.',
  exitCodes: { 0: "it was sent", ...JOB_EXIT_CODES, 6: "a job is not up" },
  async run(ctx, args) {
    const { signal, ...wanted } = readSignalAndJobs(args);
    const source = await ctx.source();
    const reply = await source.client?.request("signal", { ...wanted, signal }) ??
      { jobs: refuseDown(await findJobs(source, wanted)) };
    if (ctx.json) await writeJson(ctx, reply);
    else if (!ctx.quiet) {
      await writeLines(ctx, reply.jobs.map((job) => `Sent ${signal} to job ${nameJob(job)}`));
      if (reply.jobs.length === 0) await ctx.stdout.write("No jobs to signal\n");
    }
    return 0;
  },
};

/** Without a daemon none of them is up. @throws AppError `job.not_up` for the first, as a daemon would */
function refuseDown(jobs: readonly JobView[]): JobView[] {
  const [job] = jobs;
  if (job === undefined) return [];
  throw new AppError("job.not_up", `Cannot signal job ${callJob(job)}: it is not up`, {
    hint: `Start it first: imp start ${callJob(job)}`,
  });
}

function readSignalAndJobs(args: ParsedArgs): { signal: string; jobs: string[]; all?: boolean } {
  const words = [...args.operands];
  const all = args.has("all");
  if (words.length < (all ? 1 : 2)) {
    throw new AppError("usage.missing_job", "imp signal needs a signal and a job", {
      hint: "Write it like imp signal HUP JOB",
    });
  }
  const first = tryParseSignal(words[0]!);
  const last = tryParseSignal(words.at(-1)!);
  const signal = first ?? last ?? parseSignal(words[0]!).name;
  const jobs = first !== undefined ? words.slice(1) : words.slice(0, -1);
  if (!all) return { signal, jobs };
  if (jobs.length === 0) return { signal, jobs, all };
  throw new AppError("usage.conflict", "Either name jobs or use --all, not both");
}

function tryParseSignal(text: string): string | undefined {
  try {
    return parseSignal(text).name;
  } catch {
    return undefined;
  }
}
