import type { ImpEvent } from "../protocol/event.ts";
import { jobOf } from "../protocol/job_of_event.ts";
import { noteUsage, removeJob, replaceJobs, upsertJob } from "./job_list.ts";
import { listRows } from "./layout.ts";
import { appendLines, clearBuffer } from "./output_buffer.ts";
import { endRemark, startRemark } from "./remarks.ts";
import { reduceInput } from "./reduce_input.ts";
import {
  type Action,
  itemOf,
  layoutOf,
  type OutputAction,
  type Reduction,
  type ScreenEffect,
  type TuiState,
  visibleJobs,
  withNote,
} from "./state.ts";
import { toPlainText } from "../text/clean_text.ts";

/** The whole behaviour of the screen. Never throws; the selection is always a job that is seen, if there is one. */
export function reduce(state: TuiState, action: Action): Reduction {
  if (action.type === "input") {
    const { state: next, effects } = reduceInput(state, action.event);
    return { state: settle(next), effects };
  }
  const effects: ScreenEffect[] = isGap(action) ? [{ type: "refresh" }] : [];
  return { state: settle(reduceFact(state, action)), effects };
}

type Fact = Exclude<Action, { type: "input" }>;

function isGap(action: Fact): boolean {
  return action.type === "event" && action.event.event === "gap";
}

function reduceFact(state: TuiState, action: Fact): TuiState {
  switch (action.type) {
    case "tick":
      return reduceTick(state, action.nowMs);
    case "resize":
      return { ...state, size: action.size };
    case "snapshot":
      return {
        ...state,
        isLoaded: true,
        seq: action.seq,
        jobs: replaceJobs(state.jobs, action.jobs),
      };
    case "event":
      return reduceEvent(state, action.event);
    case "usage":
      return { ...state, jobs: noteUsage(state.jobs, action.jobs) };
    case "link":
      return reduceLink(state, action);
    case "note":
      return action.text === "" ? state : withNote(state, action.text, action.isError);
    default:
      return reduceOutput(state, action);
  }
}

function reduceTick(state: TuiState, nowMs: number): TuiState {
  const isOver = state.note !== undefined && state.note.untilMs <= nowMs;
  return { ...state, nowMs, note: isOver ? undefined : state.note };
}

function reduceEvent(before: TuiState, event: ImpEvent): TuiState {
  // After a new connection the events that were missed follow a snapshot that knows them.
  const isOld = event.seq <= before.seq && event.event !== "gap";
  if (isOld) return before;
  const state = { ...before, seq: event.seq };
  if (event.event === "job_removed" && event.job_id !== null) {
    return { ...state, jobs: removeJob(state.jobs, event.job_id) };
  }
  const job = jobOf(event);
  if (job) return { ...state, jobs: upsertJob(state.jobs, job) };
  switch (event.event) {
    case "daemon_handover":
      return { ...state, linkReason: "a newer imp takes over" };
    case "daemon_stopping":
      return { ...state, linkReason: "it was stopped" };
    case "daemon_reloaded":
      return withNote(state, "The daemon read its settings again", false);
    default:
      return state;
  }
}

function reduceLink(state: TuiState, { link, reason }: Fact & { type: "link" }): TuiState {
  if (link === "reconnecting") {
    return { ...state, link, linkReason: state.linkReason || toPlainText(reason ?? "") };
  }
  const wasAway = state.link === "reconnecting" && link === "connected";
  const next = { ...state, link, linkReason: "" };
  return wasAway ? withNote(next, "Reconnected: the daemon is back", false) : next;
}

function reduceOutput(state: TuiState, action: OutputAction): TuiState {
  const { jobId, run } = action;
  if (action.type === "output_opened") {
    const isNextRun = state.outputRun?.jobId === jobId && state.outputRun.run !== run;
    const kept = isNextRun ? state.output : clearBuffer(state.output);
    const lines = isNextRun ? [startRemark(run)] : [];
    return { ...state, outputRun: { jobId, run }, output: appendLines(kept, lines, []) };
  }
  // What comes late from a run that is not shown any more.
  if (state.outputRun?.jobId !== jobId || state.outputRun.run !== run) return state;
  if (action.type === "output") {
    return { ...state, output: appendLines(state.output, action.lines, action.open) };
  }
  const ended = [...state.output.open, endRemark(run, itemOf(state, jobId)?.ended)];
  return { ...state, output: appendLines(state.output, ended, []) };
}

/** Makes the selection, the list's position and the output valid for whatever jobs and size there are now. */
function settle(state: TuiState): TuiState {
  const jobs = visibleJobs(state);
  const found = jobs.findIndex(({ job }) => job.id === state.selectedId);
  // Whoever stands in the place of a job that is gone is selected now.
  const selectedIndex = found >= 0
    ? found
    : Math.max(0, Math.min(state.selectedIndex, jobs.length - 1));
  const selectedId = jobs[selectedIndex]?.job.id;
  const height = Math.max(1, listRows(layoutOf(state)));
  const listTop = keepSeen(state.listTop, { index: selectedIndex, height, count: jobs.length });
  const mode = isAboutMissingJob(state) ? { kind: "normal" } as const : state.mode;
  const next = { ...state, selectedIndex, selectedId, listTop, mode };
  if (next.outputRun === undefined || next.outputRun.jobId === selectedId) return next;
  return { ...next, outputRun: undefined, output: clearBuffer(state.output) };
}

/** The top of a list of `count` entries, moved as little as needed for entry `index` to be seen. */
function keepSeen(
  top: number,
  { index, height, count }: { index: number; height: number; count: number },
): number {
  const inside = Math.max(0, Math.min(top, count - height));
  return Math.max(Math.min(inside, index), index - height + 1, 0);
}

function isAboutMissingJob({ mode, jobs }: TuiState): boolean {
  return (mode.kind === "remove" || mode.kind === "signal") &&
    !jobs.some(({ job }) => job.id === mode.jobId);
}
