/**
 * `view/` says how a job looks to people, whoever shows it: `list`, the screen and the page take words, signs, colours,
 * times and addresses from here, so that they never disagree. Pure, and without anything of a terminal or a browser.
 */
import { escapeLabel } from "../base/terminal_text.ts";
import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import { servingOf } from "../protocol/serving.ts";

/** What a status means for who looks: `dim` is no news. */
export type StatusTone = "good" | "bad" | "warn" | "dim";

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

/** The colour of a job's status. */
export function toneOf(job: Shown): StatusTone | undefined {
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

/** The sign of each status, one cell wide. */
const SIGNS: Readonly<Record<string, string>> = {
  starting: "◌",
  running: "●",
  stopping: "◍",
  backoff: "↻",
  stopped: "○",
  exited: "✓",
  failed: "✗",
  lost: "?",
};
const NOT_READY = "◐";
const WAITING = "…";
/** A newer daemon may have a word that we do not know. */
const UNKNOWN = "·";

/** The sign of a job's status, one cell wide. */
export function signOf(job: Shown): string {
  if (isWaiting(job)) return WAITING;
  const serving = servingOf(job);
  if (serving === "no" || serving === "not yet") return NOT_READY;
  return SIGNS[job.status] ?? UNKNOWN;
}

/** ` +2 left`, ` +1 let go`, or nothing: what ended runs of a job have left running. */
export function formatLeft({ left = 0, let_go = 0 }: Pick<JobView, "left" | "let_go">): string {
  return (left > let_go ? ` +${left - let_go} left` : "") +
    (let_go > 0 ? ` +${let_go} let go` : "");
}
