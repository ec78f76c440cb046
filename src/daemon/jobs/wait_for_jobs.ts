import { AppError } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { PayloadOf } from "../../protocol/request.ts";
import type { EventBus } from "./event_bus.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { isReady } from "./readiness_view.ts";
import type { Job } from "./job.ts";

/** What {@linkcode waitForJobs} waits for. */
export interface WaitOptions {
  readonly condition: "exited" | "running" | "ready" | "started";
  /** Which of them: all, by default; the first; or all, unless one fails before. */
  readonly until?: PayloadOf<"wait">["until"];
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/** Jobs as they are in the moment in which a wait is over, and which of them are as asked for. */
export interface WaitResult {
  readonly jobs: JobView[];
  readonly met: string[];
}

/**
 * Resolves when the jobs are as asked for, or are there no more, with the jobs as they are in that moment: one that was
 * ready may have ended in the next. With none when all had to be `exited`, which stays true.
 * @throws AppError `wait.timed_out`; the signal's reason when it is aborted
 */
export async function waitForJobs(
  jobs: readonly Job[],
  options: WaitOptions,
  { bus, clock, isThere }: { bus: EventBus; clock: Clock; isThere: (job: Job) => boolean },
): Promise<WaitResult> {
  const { condition, until = "all" } = options;
  const isOver = (job: Job) => isMet(job, condition) || !isThere(job);
  const isDone = () => {
    if (until === "any") return jobs.some(isOver);
    return jobs.every(isOver) ||
      (until === "failure" && jobs.some((job) => hasFailed(job, condition)));
  };
  // Thousands may wait for one end; what is over is looked at again by whoever asked, anyway.
  const isLeftToCaller = condition === "exited" && until === "all";
  const result = (): WaitResult =>
    isLeftToCaller ? { jobs: [], met: [] } : {
      jobs: jobs.map((job) => job.view()),
      met: [...until === "any" ? firstOf(jobs.filter(isOver)) : jobs.filter(isOver)]
        .map(({ id }) => id),
    };
  if (isDone()) return result();
  const { promise, resolve, reject } = Promise.withResolvers<WaitResult>();
  using _listening = bus.listen("wait.event", () => isDone() && resolve(result()), reject);
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

/** Of jobs that are all as asked for the one that ended first, or was named first. */
function firstOf(jobs: readonly Job[]): Job[] {
  const endOf = ({ run }: Job) => run?.finishedAtMs ?? Infinity;
  return jobs.toSorted((a, b) => endOf(a) < endOf(b) ? -1 : endOf(a) > endOf(b) ? 1 : 0)
    .slice(0, 1);
}

/** It is down, and not as a success is; where it was to be ready, any end is too early. */
function hasFailed(job: Job, condition: WaitOptions["condition"]): boolean {
  if (isUp(job.record.status)) return condition === "ready" && isOverdue(job);
  return condition === "ready" || job.run?.exitCode !== 0;
}

/** Its time for becoming ready is over: whoever waited for that has waited long enough. */
function isOverdue({ run }: Job): boolean {
  return run !== undefined && run.readyAtMs === null && run.unreadyReason !== null;
}
