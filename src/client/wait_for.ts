import { AppError } from "../base/app_error.ts";
import { formatDuration } from "../base/duration.ts";
import { TimeLimit } from "../base/time_limit.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { PayloadOf } from "../protocol/request.ts";
import type { DaemonClient } from "./client.ts";
import { Redial, type RedialOptions } from "./redial.ts";

/** Options of {@linkcode waitForJobs}. */
export interface WaitForJobsOptions extends RedialOptions {
  readonly jobs: readonly string[];
  readonly for: PayloadOf<"wait">["for"];
  readonly until?: PayloadOf<"wait">["until"];
  readonly timeoutMs?: number | undefined;
}

/**
 * Waits until the jobs are what is waited for, across restarts of the daemon, and resolves with those that are: with
 * all of them, unless `until` says that fewer will do.
 * @throws AppError `wait.timed_out`, `job.not_found`; the signal's reason when it is aborted
 */
export async function waitForJobs(options: WaitForJobsOptions): Promise<JobView[]> {
  // The limit is ours alone: it also runs while there is no daemon that could count it.
  using limit = new TimeLimit(options.clock, options.timeoutMs, () => timedOut(options));
  const signal = AbortSignal.any([options.signal, limit.signal]);
  using redial = new Redial({ ...options, signal });
  for (;;) {
    const client = await redial.dial();
    try {
      return await ask(client, { ...options, signal });
    } catch (error) {
      await redial.lost(error);
    }
  }
}

async function ask(
  client: DaemonClient,
  { jobs, for: condition, until = "all", signal }: WaitForJobsOptions,
): Promise<JobView[]> {
  const payload = { jobs: [...jobs], for: condition, ...until !== "all" && { until } };
  const { jobs: found, met } = await client.request("wait", payload, { signal });
  return met === undefined ? found : found.filter(({ id }) => met.includes(id));
}

function timedOut({ timeoutMs, for: condition }: WaitForJobsOptions): AppError {
  return new AppError(
    "wait.timed_out",
    `Waited ${formatDuration(timeoutMs!)} for "${condition}" in vain`,
  );
}
