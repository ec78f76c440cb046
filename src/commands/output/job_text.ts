import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import type { JobView } from "../../protocol/job_view.ts";
import type { Tone } from "./style.ts";

type Ended = Pick<JobView, "status" | "exit_code" | "signal">;

/** A job's status for people: `running`, `failed (42)`, `stopped (SIGTERM)`. */
export function formatStatus(job: Ended): string {
  const showsEnd = job.status === "failed" || job.status === "stopped";
  const end = job.signal ?? (job.exit_code === null ? undefined : String(job.exit_code));
  return showsEnd && end !== undefined && end !== "0" ? `${job.status} (${end})` : job.status;
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

/** The colour of a status. */
export function toneOf(status: JobView["status"]): Tone | undefined {
  switch (status) {
    case "running":
      return "good";
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

/** Since when it is up, when it starts again, or how long ago it ended. */
export function formatSince(job: JobView, nowMs: number): string {
  if (job.status === "backoff" && job.next_start_at !== null) {
    return `in ${coarse(Date.parse(job.next_start_at) - nowMs)}`;
  }
  if (job.finished_at !== null && !isRunningNow(job)) {
    return `${coarse(nowMs - Date.parse(job.finished_at))} ago`;
  }
  return job.started_at === null ? "-" : coarse(nowMs - Date.parse(job.started_at));
}

/** Without the tenths that nobody compares in a list. */
function coarse(durationMs: number): string {
  return durationMs < 1_000 ? "0s" : formatDuration(Math.floor(durationMs / 1_000) * 1_000);
}

function isRunningNow(job: JobView): boolean {
  return job.status === "running" || job.status === "starting" || job.status === "stopping";
}
