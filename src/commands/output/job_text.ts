import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import { isUp } from "../../protocol/job_status.ts";
import { servingOf } from "../../protocol/serving.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { Tone } from "./style.ts";

type Shown = Pick<
  JobView,
  | "status"
  | "exit_code"
  | "signal"
  | "waiting_for"
  | "ready"
  | "ready_check"
  | "unready_reason"
>;

/** A job's status for people: `running`, `ready`, `failed (42)`, `stopped (SIGTERM)`, `waiting for db`. */
export function formatStatus(job: Shown): string {
  if (isWaiting(job)) return `waiting for ${formatAwaited(job.waiting_for!)}`;
  const serving = servingOf(job);
  if (serving === "no") return "not ready";
  if (serving === "not yet") return "not ready yet";
  if (serving === "yes" && (job.ready_check ?? null) !== null) return "ready";
  const showsEnd = job.status === "failed" || job.status === "stopped";
  const end = job.signal ?? (job.exit_code === null ? undefined : String(job.exit_code));
  return showsEnd && end !== undefined && end !== "0" ? `${job.status} (${end})` : job.status;
}

/** Whether it comes up by itself, once what it needs is there. */
function isWaiting(
  { status, waiting_for }: Pick<JobView, "status" | "waiting_for">,
): boolean {
  return waiting_for !== undefined && !isUp(status);
}

/** `db, migrate: failed (1)`: what a job waits for, and what is wrong with it. */
export function formatAwaited(awaited: NonNullable<JobView["waiting_for"]>): string {
  return awaited.map(({ job, problem }) =>
    problem === null ? escapeLabel(job) : `${escapeLabel(job)}: ${problem}`
  ).join(", ");
}

/** Why what was asked to be up has no run that began; undefined where it has, however that has ended by now. */
export function whyNotStarted(job: JobView): string | undefined {
  // Without a reason it is on its way down because somebody else wants it to be.
  if (job.status === "stopping" && job.desired === "up" && job.reason !== null) return job.reason;
  const began = job.status !== "failed" || job.exit_code !== null;
  return began ? undefined : job.reason ?? "it could not be started";
}

/** Whether a run that was just started is over already, and not well. */
export function hasFailedAtOnce(job: JobView): boolean {
  if (whyNotStarted(job) !== undefined || job.finished_at === null) return false;
  if (job.status === "backoff") return job.exit_code !== 0;
  return job.status === "failed" || job.status === "lost";
}

/** Behind what tells of a start: nothing, or that the run is over already. */
export function formatEarlyEnd(job: JobView): string {
  return job.finished_at === null ? "" : `; it has ended already (${formatStatus(job)})`;
}

/** The colour of a job's status. */
export function toneOf(job: Shown): Tone | undefined {
  if (isWaiting(job)) return job.waiting_for!.some(({ problem }) => problem) ? "bad" : "warn";
  switch (job.status) {
    case "running": {
      const serving = servingOf(job);
      return serving === "yes" ? "good" : serving === "no" ? "bad" : "warn";
    }
    case "failed":
    case "lost":
      return "bad";
    case "starting":
    case "stopping":
    case "backoff":
      return "warn";
    case "stopped":
    case "exited":
      return "dim";
  }
}

/** The job as messages call it: `V3x`, or `V3x (api)`. */
export function nameJob(job: Pick<JobView, "id" | "name">): string {
  return job.name === null ? job.id : `${job.id} (${escapeLabel(job.name)})`;
}

/** How a user would name it in a command. */
export function callJob(job: Pick<JobView, "id" | "name">): string {
  return escapeLabel(job.name ?? job.id);
}

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
