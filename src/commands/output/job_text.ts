import { escapeLabel } from "../../base/terminal_text.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { formatStatus } from "../../view/status_words.ts";

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

/** The job as messages call it: `V3x`, or `V3x (api)`. */
export function nameJob(job: Pick<JobView, "id" | "name">): string {
  return job.name === null ? job.id : `${job.id} (${escapeLabel(job.name)})`;
}

/** How a user would name it in a command. */
export function callJob(job: Pick<JobView, "id" | "name">): string {
  return escapeLabel(job.name ?? job.id);
}
