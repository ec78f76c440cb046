import { AppError } from "../base/app_error.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import { awaitJobs } from "./following/await_jobs.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import { exitCodeOfEnd } from "./frame/exit_code_of_end.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { readJobs } from "./frame/job_operands.ts";
import { formatStatus, nameJob } from "./output/job_text.ts";
import { formatLeft } from "./output/left_text.ts";
import { expectReadiness } from "./frame/wait_flag.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";

const CONDITIONS = ["exited", "running", "ready"] as const;
type Condition = (typeof CONDITIONS)[number];

/** `imp wait`: until jobs are what one waits for. */
export const command: Command = {
  usage: ["wait JOB… [--for exited|running|ready] [--timeout TIME]"],
  description:
    "Waits until all the jobs have ended, or run, or are ready, and exits with the code " +
    "of the first one that failed. Ready is what --ready of add, run and set says, and without it " +
    "that a job is still there 300ms after its start. Waiting goes on through a restart of the daemon.",
  flags: [
    {
      name: "for",
      value: "WHAT",
      summary: "exited (default), running or ready",
      complete: CONDITIONS,
    },
    { name: "timeout", value: "TIME", summary: "How long at most (default: for ever)" },
  ],
  operands: "jobs",
  examples: [
    { command: "imp wait build && imp restart api", what: "after a good end" },
    { command: "imp wait --for ready --timeout 30s api", what: "until it serves" },
  ],
  output: 'One line a job: V3x (build): exited. With --json {"jobs":[…]}.',
  exitCodes: {
    0: "the job's own code, 128+N when a signal ended it",
    1: "a job ended before it was ready, or its end is not known",
    ...JOB_EXIT_CODES,
    124: "--timeout is over, or a job's time for becoming ready",
    130: "Ctrl+C; the jobs go on",
  },
  async run(ctx, args) {
    const { jobs } = readJobs(args, "wait");
    const condition = readCondition(args);
    const timeoutMs = args.duration("timeout");
    const client = await ctx.client();
    if (condition === "ready") await expectReadiness(client);
    const found = await awaitJobs(ctx, { client, jobs, for: condition, timeoutMs });
    if (ctx.json) await writeJson(ctx, { jobs: found });
    else if (!ctx.quiet) {
      await writeLines(
        ctx,
        found.map((job) => `${nameJob(job)}: ${formatStatus(job)}${formatLeft(job)}`),
      );
    }
    if (condition === "ready") return await tellUnready(ctx, found);
    return found.map(codeOf).find((code) => code !== 0) ?? 0;
  },
};

/** What is to be told of those that are not what was waited for, beside what they are. */
async function tellUnready(ctx: CommandContext, jobs: readonly JobView[]): Promise<number> {
  const unready = jobs.filter(({ ready }) => !ready);
  if (unready.length === 0) return 0;
  const { tellReady } = await import("./following/await_ready.ts");
  return await tellReady(ctx, unready);
}

function codeOf(job: JobView): number {
  return isUp(job.status) ? 0 : exitCodeOfEnd({ code: job.exit_code, signal: job.signal });
}

function readCondition(args: ParsedArgs): Condition {
  const text = args.value("for") ?? "exited";
  const condition = CONDITIONS.find((each) => each === text);
  if (condition) return condition;
  throw new AppError("usage.bad_condition", `Cannot wait for ${JSON.stringify(text)}`, {
    hint: `--for takes one of: ${CONDITIONS.join(", ")}`,
  });
}
