import { formatDuration } from "../base/duration.ts";
import type { JobView } from "../protocol/job_view.ts";

/** Since when it is up, when it is started again, or how long ago it ended. */
export function formatSince(job: JobView, nowMs: number): string {
  if (job.status === "backoff" && job.next_start_at !== null) {
    return `in ${formatCoarse(Date.parse(job.next_start_at) - nowMs)}`;
  }
  if (job.next_run_at && !isRunningNow(job)) {
    return `in ${formatCoarse(Date.parse(job.next_run_at) - nowMs)}`;
  }
  if (job.finished_at !== null && !isRunningNow(job)) {
    return `${formatCoarse(nowMs - Date.parse(job.finished_at))} ago`;
  }
  return job.started_at === null ? "-" : formatCoarse(nowMs - Date.parse(job.started_at));
}

/** Without the tenths that nobody compares in a list. */
export function formatCoarse(durationMs: number): string {
  return durationMs < 1_000 ? "0s" : formatDuration(Math.floor(durationMs / 1_000) * 1_000);
}

function isRunningNow(job: JobView): boolean {
  return job.status === "running" || job.status === "starting" || job.status === "stopping";
}
