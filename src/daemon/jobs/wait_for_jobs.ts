import { AppError } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { EventBus } from "./event_bus.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { isReady } from "./readiness_view.ts";
import type { Job } from "./job.ts";

/** What {@linkcode waitForJobs} waits for. */
export interface WaitOptions {
  readonly condition: "exited" | "running" | "ready" | "started";
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Resolves when every job is as asked for, or is there no more, with the jobs as they are in that moment: one that was
 * ready may have ended in the next. With none for `exited`, which stays true.
 * @throws AppError `wait.timed_out`; the signal's reason when it is aborted
 */
export async function waitForJobs(
  jobs: readonly Job[],
  options: WaitOptions,
  { bus, clock, isThere }: { bus: EventBus; clock: Clock; isThere: (job: Job) => boolean },
): Promise<JobView[]> {
  const isDone = () => jobs.every((job) => isMet(job, options.condition) || !isThere(job));
  // Thousands may wait for one end; what is over is looked at again by whoever asked, anyway.
  const views = () => options.condition === "exited" ? [] : jobs.map((job) => job.view());
  if (isDone()) return views();
  const { promise, resolve, reject } = Promise.withResolvers<JobView[]>();
  using _listening = bus.listen("wait.event", () => isDone() && resolve(views()), reject);
  const onAbort = () => reject(options.signal.reason);
  options.signal.addEventListener("abort", onAbort, { once: true });
  const cancelTimer = options.timeoutMs === undefined ? () => {} : clock.schedule(
    options.timeoutMs,
    () => reject(new AppError("wait.timed_out", "Timed out waiting for the job")),
  );
  try {
    return await promise;
  } finally {
    cancelTimer();
    options.signal.removeEventListener("abort", onAbort);
  }
}

function isMet(job: Job, condition: WaitOptions["condition"]): boolean {
  const status = job.record.status;
  if (condition === "exited") return !isUp(status);
  if (condition === "started") return status !== "starting";
  if (condition === "ready") return !isUp(status) || isReady(job.record, job.run) || isOverdue(job);
  // A job that ended for good will not run by itself: waiting on would be for ever.
  return status === "running" || !isUp(status);
}

/** Its time for becoming ready is over: whoever waited for that has waited long enough. */
function isOverdue({ run }: Job): boolean {
  return run !== undefined && run.readyAtMs === null && run.unreadyReason !== null;
}
