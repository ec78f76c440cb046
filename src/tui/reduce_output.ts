import { hasLiveRun } from "./job_list.ts";
import { appendLines, clearBuffer, setFollow, visibleRows } from "./output_buffer.ts";
import type { LineWish } from "./output_line.ts";
import { appendPage, isLine, openPage, prependPage, showLine } from "./output_window.ts";
import { endRemark, startRemark } from "./remarks.ts";
import type { Action, OutputAction } from "./action.ts";
import { itemOf, type TuiState, viewOf } from "./state.ts";

/** What the log files of the shown run said, put where it belongs. */
export function reduceOutput(state: TuiState, action: OutputAction): TuiState {
  const { jobId, run } = action;
  if (action.type === "output_opened") return openOutput(state, action);
  // What comes late from a run that is not shown any more.
  if (state.outputRun?.jobId !== jobId || state.outputRun.run !== run) return state;
  switch (action.type) {
    case "output": {
      // The user has let go of the end: it is read again from the files.
      if (!state.output.follow) return state;
      const { lines, open, to, readTo } = action;
      const output = appendLines(state.output, lines, open);
      return { ...state, output: { ...output, to: { run, offsets: to }, readTo } };
    }
    case "output_page":
      return endIfOver(reducePage(state, action));
    case "output_ended":
      return state.output.follow ? withEnd(state, run) : state;
  }
}

function openOutput(
  state: TuiState,
  { jobId, run, page, isNext }: OutputAction & { type: "output_opened" },
): TuiState {
  const outputRun = { jobId, run };
  const isSame = state.outputRun?.jobId === jobId;
  // Behind its run before, unless that would leave a hole.
  if (isNext && isSame && !page.hasBefore) {
    const output = appendPage(appendLines(state.output, [startRemark(run)], []), page);
    return { ...state, outputRun, output: { ...output, hasEnd: false } };
  }
  const kept = isSame ? state.output : clearBuffer(state.output);
  return { ...state, outputRun, output: openPage(kept, page) };
}

function reducePage(
  state: TuiState,
  { where, page, seek }: OutputAction & { type: "output_page" },
): TuiState {
  const { output } = state;
  if (where === "before") return { ...state, output: prependPage(output, page) };
  if (where === "after") return { ...state, output: appendPage(output, page) };
  const opened = openPage(output, page);
  if (seek === undefined || seek === "first") return { ...state, output: opened };
  return { ...state, output: showLine(opened, seek, viewOf(state)) ?? opened };
}

/** Below the last line of a run that is over stands what became of it. */
function endIfOver(state: TuiState): TuiState {
  const { output, outputRun } = state;
  const job = itemOf(state, outputRun?.jobId)?.job;
  if (!outputRun || !job || output.hasAfter || output.hasEnd) return state;
  const isLive = outputRun.run === job.run && hasLiveRun(job.status);
  return isLive ? state : withEnd(state, outputRun.run);
}

function withEnd(state: TuiState, run: number): TuiState {
  const { output, outputRun } = state;
  if (output.hasEnd) return state;
  const job = state.pinnedJob ?? itemOf(state, outputRun?.jobId)?.ended;
  const ended = [...output.open, endRemark(run, job)];
  return { ...state, output: { ...appendLines(output, ended, []), hasEnd: true } };
}

/** What became of a run that was chosen is known now: it may stand below its last line already, as not known. */
export function reduceRunTold(
  state: TuiState,
  { run, job }: Action & { type: "run_told" },
): TuiState {
  if (state.pinnedRun !== run || job.id !== state.selectedId) return state;
  const { output } = state;
  const lines = output.hasEnd ? [...output.lines.slice(0, -1), endRemark(run, job)] : output.lines;
  return { ...state, pinnedJob: job, output: { ...output, lines } };
}

/** Shows the line that was found, wherever it is in the files. */
export function reduceFound(
  state: TuiState,
  match: LineWish & { readonly run: number },
): TuiState {
  if (state.search === undefined || state.outputRun?.run !== match.run) return state;
  const view = viewOf(state);
  const still = setFollow(state.output, false, view);
  const search = { ...state.search, match };
  const { kind, from } = match;
  const isSeen = visibleRows(still, view).some(({ line }) => line && isLine(line, { kind, from }));
  const output = isSeen
    ? still
    : showLine(still, { kind, from }, view) ?? { ...still, seek: { kind, from } };
  return { ...state, search, output };
}
