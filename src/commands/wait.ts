import { AppError } from "../base/app_error.ts";
import { waitForJobs } from "../client/wait_for.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import { createAwayNotice } from "./away_notice.ts";
import type { Command, CommandContext } from "./command.ts";
import { exitCodeOfEnd } from "./exit_code_of_end.ts";
import { JOB_EXIT_CODES } from "./exit_code_texts.ts";
import { readJobs } from "./job_operands.ts";
import { formatStatus, nameJob } from "./output/job_text.ts";
import { formatLeft } from "./output/left_text.ts";
import { writeJson, writeLines } from "./output/write.ts";
import type { ParsedArgs } from "./parse_args.ts";

const CONDITIONS = ["exited", "running", "ready"] as const;
type Condition = (typeof CONDITIONS)[number];

/** `imp wait`: until jobs are what one waits for. */
export const command: Command = {
  usage: ["wait JOB… [--for exited|running|ready] [--timeout TIME]"],
  description:
    "Waits until all the jobs have ended, or run, or are ready, and exits with the code " +
    "of the first one that failed. Waiting goes on through a restart of the daemon.",
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
    124: "--timeout is over",
    130: "Ctrl+C; the jobs go on",
  },
  async run(ctx, args) {
    const { jobs } = readJobs(args, "wait");
    const condition = readCondition(args);
    const timeoutMs = args.duration("timeout");
    const { signal, clock } = ctx;
    const waiting = waitForJobs({
      jobs,
      for: condition,
      timeoutMs,
      connect: (how) => ctx.connect(how),
      first: await ctx.client(),
      clock,
      signal,
      onState: createAwayNotice(ctx),
    });
    const found = await waiting.catch((error) => tellWhatIs(ctx, jobs, error));
    if (ctx.json) await writeJson(ctx, { jobs: found });
    else if (!ctx.quiet) {
      await writeLines(
        ctx,
        found.map((job) => `${nameJob(job)}: ${formatStatus(job)}${formatLeft(job)}`),
      );
    }
    return found.map((job) => codeOf(job, condition)).find((code) => code !== 0) ?? 0;
  },
};

/** Time is over: for which jobs, and what they are instead. */
async function tellWhatIs(
  ctx: CommandContext,
  jobs: readonly string[],
  error: unknown,
): Promise<never> {
  if (!(error instanceof AppError) || error.code !== "wait.timed_out") throw error;
  const states: string[] = [];
  const client = await ctx.tryClient().catch(() => undefined);
  for (const job of client === undefined ? [] : new Set(jobs)) {
    const found = await client!.request("get_job", { job }).catch(() => undefined);
    if (found) states.push(`${nameJob(found.job)} is ${formatStatus(found.job)}`);
  }
  const message = states.length === 0 ? error.message : `${error.message}: ${states.join(", ")}`;
  throw new AppError(error.code, message, { cause: error });
}

function codeOf(job: JobView, condition: Condition): number {
  if (isUp(job.status)) return 0;
  const code = exitCodeOfEnd({ code: job.exit_code, signal: job.signal });
  return condition === "ready" ? code || 1 : code;
}

function readCondition(args: ParsedArgs): Condition {
  const text = args.value("for") ?? "exited";
  const condition = CONDITIONS.find((each) => each === text);
  if (condition) return condition;
  throw new AppError("usage.bad_condition", `Cannot wait for ${JSON.stringify(text)}`, {
    hint: `--for takes one of: ${CONDITIONS.join(", ")}`,
  });
}
