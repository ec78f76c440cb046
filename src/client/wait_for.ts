import { AppError } from "../base/app_error.ts";
import type { CancelTimer } from "../base/clock.ts";
import { formatDuration } from "../base/duration.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { PayloadOf } from "../protocol/request.ts";
import { Redial, type RedialOptions } from "./redial.ts";

/** Options of {@linkcode waitForJobs}. */
export interface WaitForJobsOptions extends RedialOptions {
  readonly jobs: readonly string[];
  readonly for: PayloadOf<"wait">["for"];
  readonly timeoutMs?: number | undefined;
}

/**
 * Waits until the jobs are what is waited for, across restarts of the daemon, and resolves with them.
 * @throws AppError `wait.timed_out`, `job.not_found`; the signal's reason when it is aborted
 */
export async function waitForJobs(options: WaitForJobsOptions): Promise<JobView[]> {
  const limit = new AbortController();
  const cancelLimit = scheduleLimit(limit, options);
  const signal = AbortSignal.any([options.signal, limit.signal]);
  using redial = new Redial({ ...options, signal });
  try {
    for (;;) {
      const client = await redial.dial();
      try {
        const payload = { jobs: [...options.jobs], for: options.for };
        return (await client.request("wait", payload, { signal })).jobs;
      } catch (error) {
        await redial.lost(error);
      }
    }
  } finally {
    cancelLimit();
  }
}

/** The limit is ours alone: it also runs while there is no daemon that could count it. */
function scheduleLimit(limit: AbortController, options: WaitForJobsOptions): CancelTimer {
  const { timeoutMs } = options;
  if (timeoutMs === undefined) return () => {};
  return options.clock.schedule(timeoutMs, () =>
    limit.abort(
      new AppError(
        "wait.timed_out",
        `Waited ${formatDuration(timeoutMs)} for "${options.for}" in vain`,
      ),
    ));
}
