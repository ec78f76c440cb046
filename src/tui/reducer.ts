import type { ImpEvent } from "../protocol/event.ts";
import { jobOf } from "../protocol/job_of_event.ts";
import { noteUsage, removeJob, replaceJobs, upsertJob } from "./job_list.ts";
import { listRows } from "./layout.ts";
import { clearBuffer, EMPTY_BUFFER } from "./output_buffer.ts";
import { reduceInput } from "./reduce_input.ts";
import { reduceFound, reduceOutput, reduceRunTold } from "./reduce_output.ts";
import type { Action, Reduction, ScreenEffect } from "./action.ts";
import { layoutOf, selectedJob, type TuiState, visibleJobs, withNote } from "./state.ts";
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
    case "written":
      return reduceWritten(state, action.times);
    case "run_chosen":
      return reduceRun(state, action);
    case "run_told":
      return reduceRunTold(state, action);
    case "found":
      return reduceFound(state, action.match);
    case "details": {
      const { mode } = state;
      const isAsked = mode.kind === "details" && mode.jobId === action.jobId;
      return isAsked ? { ...state, mode: { ...mode, lines: action.lines } } : state;
    }
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

/** What was written before we looked for the first time, nobody has missed. */
function reduceWritten(state: TuiState, times: ReadonlyMap<string, number>): TuiState {
  const written = new Map([...times].map(([id, atMs]) => {
    const seenMs = state.written.get(id)?.seenMs ?? atMs;
    return [id, { atMs, seenMs }] as const;
  }));
  return { ...state, written };
}

function reduceRun(
  state: TuiState,
  { jobId, run }: Action & { type: "run_chosen" },
): TuiState {
  if (jobId !== state.selectedId) return state;
  const { wrap } = state.output;
  const output = { ...EMPTY_BUFFER, wrap };
  return { ...state, pinnedRun: run, pinnedJob: undefined, outputRun: undefined, output };
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
  const marked = keepThere(state);
  const next = seeSelected({ ...state, selectedIndex, selectedId, listTop, mode, marked });
  const isOther = selectedId !== state.outputRun?.jobId;
  if (next.outputRun === undefined || !isOther) return next;
  return {
    ...next,
    outputRun: undefined,
    pinnedRun: undefined,
    pinnedJob: undefined,
    search: undefined,
    output: clearBuffer(state.output),
  };
}

/** Only jobs that are there are marked. */
function keepThere({ marked, jobs }: TuiState): ReadonlySet<string> {
  const isAllThere = [...marked].every((id) => jobs.some(({ job }) => job.id === id));
  if (isAllThere) return marked;
  return new Set(jobs.map(({ job }) => job.id).filter((id) => marked.has(id)));
}

/** What the selected job has written is seen. */
function seeSelected(state: TuiState): TuiState {
  const job = selectedJob(state)?.job;
  const entry = job && state.written.get(job.id);
  if (!job || !entry || entry.seenMs === entry.atMs) return state;
  const written = new Map(state.written).set(job.id, { ...entry, seenMs: entry.atMs });
  return { ...state, written };
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
  const isThere = (id: string) => jobs.some(({ job }) => job.id === id);
  if (mode.kind === "remove") return !mode.jobIds.some(isThere);
  return "jobId" in mode && !isThere(mode.jobId);
}
