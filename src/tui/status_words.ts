import { formatDuration } from "../base/duration.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import { toPlainText } from "../text/clean_text.ts";
import { formatStatus, signOf as statusSignOf, toneOf } from "../view/status_words.ts";
import type { StyleName } from "./paint.ts";

/** The sign of a status, one cell wide. */
export interface StatusSign {
  readonly sign: string;
  readonly style: StyleName;
}

/** How a job's status looks in the list. */
export function signOf(job: JobView): StatusSign {
  return { sign: statusSignOf(job), style: toneOf(job) ?? "plain" };
}

/** How the last run ended, shortly: `exit 1`, `SIGKILL`, or undefined when nothing says it better than the status. */
export function endWords(job: JobView): string | undefined {
  if (job.signal !== null) return toPlainText(job.signal);
  if (job.exit_code !== null && job.exit_code !== 0) return `exit ${job.exit_code}`;
  return undefined;
}

/** What the list says of a job without processes: how it ended and how long ago, or when it comes back. */
export function downWords(job: JobView, nowMs: number): string {
  if (job.status === "backoff") {
    const next = untilText(job.next_start_at, nowMs);
    return next === undefined ? "waiting" : `again in ${next}`;
  }
  if (isUp(job.status)) return job.status;
  if (job.waiting_for !== undefined) return formatStatus(job);
  const ago = sinceText(job.finished_at, nowMs);
  // Which signal stopped it is what the user asked for, and no news.
  const words = job.status === "stopped" ? job.status : formatStatus(job);
  return ago === undefined ? words : `${words} ${ago} ago`;
}

/** How long ago a time is, in one unit: `5s`, `3m`, `2h`, `4d`. */
export function sinceText(time: string | null, nowMs: number): string | undefined {
  return time === null ? undefined : oneUnit(nowMs - Date.parse(time));
}

function untilText(time: string | null, nowMs: number): string | undefined {
  return time === null ? undefined : oneUnit(Date.parse(time) - nowMs);
}

function oneUnit(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000));
  return formatDuration(seconds * 1_000).split(" ")[0]!.replace(/^0ms$/, "0s");
}

/** How long a run has been up, in whole seconds: a tenth that stands still for a second is no truth. */
export function uptimeText(from: string, nowMs: number): string {
  const seconds = Math.floor(Math.max(0, nowMs - Date.parse(from)) / 1_000);
  return seconds === 0 ? "0s" : formatDuration(seconds * 1_000);
}

/** How long a run took. */
export function durationText(from: string, to: string): string {
  return formatDuration(Date.parse(to) - Date.parse(from));
}
