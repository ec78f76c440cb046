import { AppError } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { isUp } from "../protocol/job_status.ts";
import type { EventBus } from "./event_bus.ts";
import type { Job } from "./job.ts";

/** What {@linkcode waitForJobs} waits for. */
export interface WaitOptions {
  readonly condition: "exited" | "running" | "ready" | "started";
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Resolves when every job is as asked for, or is there no more.
 * @throws AppError `wait.timed_out`; the signal's reason when it is aborted
 */
export async function waitForJobs(
  jobs: readonly Job[],
  options: WaitOptions,
  { bus, clock, isThere }: { bus: EventBus; clock: Clock; isThere: (job: Job) => boolean },
): Promise<void> {
  const done = () => jobs.every((job) => isMet(job, options.condition) || !isThere(job));
  if (done()) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  using _listening = bus.listen("wait.event", () => done() && resolve(), reject);
  const onAbort = () => reject(options.signal.reason);
  options.signal.addEventListener("abort", onAbort, { once: true });
  const cancelTimer = options.timeoutMs === undefined ? () => {} : clock.schedule(
    options.timeoutMs,
    () => reject(new AppError("wait.timed_out", "Timed out waiting for the job")),
  );
  try {
    await promise;
  } finally {
    cancelTimer();
    options.signal.removeEventListener("abort", onAbort);
  }
}

function isMet(job: Job, condition: WaitOptions["condition"]): boolean {
  const status = job.record.status;
  if (condition === "exited") return !isUp(status);
  if (condition === "started") return status !== "starting";
  // A job that ended for good will not run by itself: waiting on would be for ever.
  return status === "running" || !isUp(status);
}
