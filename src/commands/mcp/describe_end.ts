import { formatDuration } from "../../base/duration.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { nameJob } from "../output/job_text.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import type { CallContext } from "./call_context.ts";
import { urlsOf } from "./job_data.ts";
import { formatLeft, formatStatus } from "../../view/status_words.ts";

/**
 * What came of waiting for a job: `exited` and `ready` are what was waited for, `matched` a line of output, `ended` that
 * it is down instead; with `timed_out` it goes on.
 */
export type Outcome = "started" | "exited" | "ready" | "matched" | "ended" | "timed_out";

const STEP_MS = 100;

/** `V3x (build), run 2: failed (1) after 3.2s`: where a run has come to, and what to do where it goes on. */
export function describeEnd(ctx: CallContext, job: JobView, outcome: Outcome): string {
  const { run, started_at, finished_at } = job;
  const toMs = finished_at === null ? ctx.clock.now() : Date.parse(finished_at);
  const tookMs = started_at === null ? undefined : Math.max(0, toMs - Date.parse(started_at));
  const took = tookMs === undefined ? "" : ` after ${formatDuration(rounded(tookMs))}`;
  const why = job.reason ?? job.unready_reason ?? null;
  const urls = urlsOf(job);
  return [
    `${nameJob(job)}, run ${run}: ${formatStatus(job)}${took}${formatLeft(job)}`,
    ...why === null ? [] : [escapeLabel(why)],
    ...urls.length === 0 ? [] : [urls.join(" ")],
    ...outcome === "timed_out" ? ["it goes on: call imp_wait with next_cursor"] : [],
    ...(job.left ?? 0) > 0 && finished_at !== null
      ? ["what it has left may still hold its output; imp_stop ends it"]
      : [],
  ].join("; ");
}

function rounded(ms: number): number {
  return ms < STEP_MS ? ms : Math.round(ms / STEP_MS) * STEP_MS;
}
