import { isUp } from "../protocol/job_status.ts";
import { clipText, textWidth } from "../text/clean_text.ts";
import { footerHints, type HintWords, type KeyHint } from "./keys.ts";
import { layoutOf, meantJobs, selectedJob, type TuiState } from "./state.ts";

/** What stands in the footer while nothing is asked. */
export interface ShownHints {
  /** The filter and the marks, and how wide that is. */
  readonly filter: string;
  readonly lead: number;
  readonly hints: readonly KeyHint[];
}

/** The keys of the footer, with words for what they would do now; no keys where something else is shown. */
export function shownHints(state: TuiState): ShownHints {
  const { width } = layoutOf(state).footer;
  if (state.mode.kind !== "normal" || state.note) return { filter: "", lead: 0, hints: [] };
  const job = selectedJob(state)?.job;
  const hasJob = job ? undefined : null;
  const isAnyUp = meantJobs(state).some(({ status }) => isUp(status));
  const words: HintWords = {
    start_stop: job ? (isAnyUp ? "stop" : "start") : null,
    restart: hasJob,
    remove: hasJob,
    signal: hasJob,
    details: hasJob,
    attach: job && isUp(job.status) && job.terminal_size !== undefined ? undefined : null,
    filter: state.jobs.length > 0 ? undefined : null,
    search: hasJob,
    follow: job ? (state.output.follow ? "hold" : "follow") : null,
    wrap: hasJob,
    zoom: job ? (state.zoomed ? "back" : "zoom") : null,
  };
  const told = [
    state.filter === "" ? "" : `/${state.filter}`,
    state.marked.size === 0 ? "" : `${state.marked.size} marked`,
  ].filter((text) => text !== "").join(" · ");
  const filter = clipText(told === "" ? "" : ` ${told} `, Math.floor(width / 3));
  const lead = textWidth(filter);
  return { filter, lead, hints: footerHints({ width: width - lead, focus: state.focus, words }) };
}
