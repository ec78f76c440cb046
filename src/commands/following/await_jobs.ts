import { AppError } from "../../base/app_error.ts";
import type { DaemonClient } from "../../client/client.ts";
import { waitForJobs, type WaitForJobsOptions } from "../../client/wait_for.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { CommandContext } from "../frame/command.ts";
import { nameJob } from "../output/job_text.ts";
import { createAwayNotice } from "./away_notice.ts";
import { formatStatus } from "../../view/status_words.ts";

/** What {@linkcode awaitJobs} waits for. */
export interface AwaitJobsOptions
  extends Pick<WaitForJobsOptions, "jobs" | "for" | "until" | "timeoutMs"> {
  readonly client: DaemonClient;
}

/**
 * Waits until jobs are what is waited for, whichever daemon tells it, and resolves with those that are, as they were
 * then.
 * @throws AppError `wait.timed_out`, with what they are instead; the signal's reason after Ctrl+C
 */
export async function awaitJobs(
  ctx: CommandContext,
  { client, ...wanted }: AwaitJobsOptions,
): Promise<JobView[]> {
  const waiting = waitForJobs({
    ...wanted,
    connect: (how) => ctx.connect(how),
    first: client,
    clock: ctx.clock,
    signal: ctx.signal,
    onState: createAwayNotice(ctx),
  });
  return await waiting.catch((error) => tellWhatIs(ctx, wanted.jobs, error));
}

/** Time is over: for which jobs, and what they are instead. @throws the error with that, or as it is */
export async function tellWhatIs(
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
