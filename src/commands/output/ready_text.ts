import { formatDuration } from "../../base/duration.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { nameJob } from "./job_text.ts";
import { formatStatus } from "../../view/status_words.ts";

/** `Job V3x (api) is ready after 1.2s`. */
export function formatReady(job: JobView): string {
  const { started_at, ready_at = null, finished_at } = job;
  const after = started_at === null || ready_at === null
    ? ""
    : ` after ${formatDuration(Date.parse(ready_at) - Date.parse(started_at))}`;
  const end = isUp(job.status) ? "" : `; it has ended already (${formatStatus(job)})`;
  return `Job ${nameJob(job)} ${finished_at === null ? "is" : "was"} ready${after}${end}`;
}

/** Why it is not ready, or will never be. */
export function formatUnready(job: JobView): string {
  const name = `Job ${nameJob(job)}`;
  if (isUp(job.status)) return `${name} is ${escapeLabel(job.unready_reason ?? "not ready")}`;
  const reason = job.exit_code === null && job.reason !== null
    ? `: ${escapeLabel(job.reason)}`
    : "";
  return `${name} ended before it was ready: ${formatStatus(job)}${reason}`;
}
