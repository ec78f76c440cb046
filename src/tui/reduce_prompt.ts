import { isUp } from "../protocol/job_status.ts";
import type { JobRequest, Reduction } from "./action.ts";
import { labelOf } from "./job_list.ts";
import type { InputEvent } from "./key_input.ts";
import { helpLines } from "./keys.ts";
import { callJobs, wishFor } from "./reduce_jobs.ts";
import { search } from "./reduce_look.ts";
import { itemOf, type Mode, type TuiState } from "./state.ts";
import { editField, fieldOf } from "./text_field.ts";

/** The signals to choose from; any other can be typed. */
export const OFFERED_SIGNALS = [
  "TERM",
  "INT",
  "HUP",
  "KILL",
  "QUIT",
  "USR1",
  "USR2",
  "STOP",
  "CONT",
] as const;

const NORMAL = { kind: "normal" } as const;

type Asking = Exclude<Mode, { kind: "normal" }>;
type KeyOrPaste = Exclude<InputEvent, { type: "mouse" }>;

/** What a key or a paste does while something is asked or the help is shown. */
export function reducePrompt(state: TuiState, mode: Asking, event: KeyOrPaste): Reduction {
  switch (mode.kind) {
    case "help":
      return only(reduceHelp(state, mode, event));
    case "filter":
      return only(reduceFilter(state, mode, event));
    case "remove":
      return reduceRemove(state, mode, event);
    case "restart_all":
      return reduceRestart(state, event);
    case "search":
    case "new":
    case "edit":
      return reduceTyping(state, mode, event);
    case "details":
      return only(reduceDetails(state, mode, event));
    case "signal":
      return reduceSignal(state, mode, event);
  }
}

function only(state: TuiState): Reduction {
  return { state, effects: [] };
}

function keyOf(event: KeyOrPaste): string {
  return event.type === "key" ? event.name : "";
}

/** How far a key moves in what fills the screen. */
function stepOf({ size }: TuiState, event: KeyOrPaste): number | undefined {
  const page = Math.max(1, size.rows - 3);
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageup: -page,
    pagedown: page,
    " ": page,
  };
  return steps[keyOf(event)];
}

function reduceHelp(state: TuiState, mode: Asking & { kind: "help" }, event: KeyOrPaste): TuiState {
  const step = stepOf(state, event);
  if (step !== undefined) return scrollHelp(state, mode.top + step);
  return event.type === "key" ? { ...state, mode: NORMAL } : state;
}

type Details = Asking & { kind: "details" };

function reduceDetails(state: TuiState, mode: Details, event: KeyOrPaste): TuiState {
  const step = stepOf(state, event);
  if (step !== undefined) return scrollDetails(state, mode, mode.top + step);
  return event.type === "key" ? { ...state, mode: NORMAL } : state;
}

/** Shows the details from this line on, or from where their end is at the bottom. */
export function scrollDetails(state: TuiState, mode: Details, top: number): TuiState {
  const most = Math.max(0, (mode.lines?.length ?? 0) - (state.size.rows - 2));
  return { ...state, mode: { ...mode, top: Math.max(0, Math.min(top, most)) } };
}

/** Words for a command, or to look for. */
function reduceTyping(
  state: TuiState,
  mode: Asking & { kind: "search" | "new" | "edit" },
  event: KeyOrPaste,
): Reduction {
  const key = keyOf(event);
  const closed = { ...state, mode: NORMAL };
  if (key === "escape") return only(closed);
  if (key !== "enter") {
    const typed = editField(mode.typed, event);
    return only(typed === undefined ? state : { ...state, mode: { ...mode, typed } });
  }
  const { text } = mode.typed;
  const line = text.trim();
  if (mode.kind === "search") {
    if (text === "") return search(closed, false);
    const found = { ...closed, search: { query: text, match: undefined } };
    // Who looks at the end looks for what came last.
    return search(found, state.output.follow);
  }
  if (line === "") return only(closed);
  const words = mode.kind === "edit" ? ["set", mode.jobId] : ["add"];
  return { state: closed, effects: [{ type: "command", words, line }] };
}

function reduceRestart(state: TuiState, event: KeyOrPaste): Reduction {
  if (event.type === "paste") return only(state);
  const closed = { ...state, mode: NORMAL };
  const jobs = state.jobs.map(({ job }) => job);
  if (!isYes(event)) return only(closed);
  return { state: closed, effects: [{ ...wishFor(jobs, "restart"), label: "all jobs" }] };
}

function isYes(event: KeyOrPaste): boolean {
  return keyOf(event) === "y" || keyOf(event) === "Y";
}

/** Shows the help from this line on, or from where its end is at the bottom. */
export function scrollHelp(state: TuiState, top: number): TuiState {
  const most = Math.max(0, helpLines(state.size.columns - 1).length - (state.size.rows - 2));
  return { ...state, mode: { kind: "help", top: Math.max(0, Math.min(top, most)) } };
}

function reduceFilter(
  state: TuiState,
  mode: Asking & { kind: "filter" },
  event: KeyOrPaste,
): TuiState {
  const key = keyOf(event);
  if (key === "escape") return { ...state, mode: NORMAL, filter: mode.before };
  if (key === "enter" || key === "tab") return { ...state, mode: NORMAL };
  if (key === "backspace" && state.filter === "") return { ...state, mode: NORMAL };
  if (key === "up" || key === "down") {
    return { ...state, ...selectNeighbour(state, key === "up" ? -1 : 1) };
  }
  const typed = editField({ text: state.filter, cursor: mode.cursor }, event);
  if (typed === undefined) return state;
  return { ...state, filter: typed.text, mode: { ...mode, cursor: typed.cursor } };
}

/** The list can be walked through while the filter is typed. */
function selectNeighbour(state: TuiState, step: number): Partial<TuiState> {
  return { selectedIndex: Math.max(0, state.selectedIndex + step), selectedId: undefined };
}

function reduceRemove(
  state: TuiState,
  mode: Asking & { kind: "remove" },
  event: KeyOrPaste,
): Reduction {
  const jobs = mode.jobIds.flatMap((id) => itemOf(state, id)?.job ?? []);
  if (event.type === "paste" || jobs.length === 0) return only(state);
  if (!isYes(event)) return only({ ...state, mode: NORMAL });
  const effect: JobRequest = {
    type: "request",
    request: "remove",
    jobIds: jobs.map(({ id }) => id),
    label: callJobs(jobs),
    force: jobs.some(({ status }) => isUp(status)),
  };
  return { state: { ...state, mode: NORMAL }, effects: [effect] };
}

function reduceSignal(
  state: TuiState,
  mode: Asking & { kind: "signal" },
  event: KeyOrPaste,
): Reduction {
  const job = itemOf(state, mode.jobId)?.job;
  const key = keyOf(event);
  if (key === "escape" || !job) return only({ ...state, mode: NORMAL });
  if (key === "enter") {
    const signal = mode.typed.text.trim().toUpperCase() || OFFERED_SIGNALS[mode.picked]!;
    const effect: JobRequest = {
      type: "request",
      request: "signal",
      jobIds: [job.id],
      label: labelOf(job),
      signal,
    };
    return { state: { ...state, mode: NORMAL }, effects: [effect] };
  }
  const step = { left: -1, up: -1, "shift+tab": -1, right: 1, down: 1, tab: 1 }[key];
  if (step !== undefined) {
    const count = OFFERED_SIGNALS.length;
    const picked = (mode.picked + step + count) % count;
    return only({ ...state, mode: { ...mode, typed: fieldOf(""), picked } });
  }
  const typed = editField(mode.typed, event);
  return only(typed === undefined ? state : { ...state, mode: { ...mode, typed } });
}
