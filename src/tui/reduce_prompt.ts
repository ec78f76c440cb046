import { isUp } from "../protocol/job_status.ts";
import { labelOf } from "./job_list.ts";
import type { InputEvent } from "./key_input.ts";
import { helpLines } from "./keys.ts";
import { itemOf, type JobRequest, type Mode, type Reduction, type TuiState } from "./state.ts";
import { toPlainText } from "../text/clean_text.ts";

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

/** What fits into a prompt with room to spare. */
const MAX_TYPED = 200;
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

function reduceHelp(state: TuiState, mode: Asking & { kind: "help" }, event: KeyOrPaste): TuiState {
  const page = Math.max(1, state.size.rows - 3);
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageup: -page,
    pagedown: page,
    " ": page,
  };
  const step = steps[keyOf(event)];
  if (step !== undefined) return scrollHelp(state, mode.top + step);
  return event.type === "key" ? { ...state, mode: NORMAL } : state;
}

/** Shows the help from this line on, or from where its end is at the bottom. */
export function scrollHelp(state: TuiState, top: number): TuiState {
  const most = Math.max(0, helpLines(state.size.columns - 1).length - (state.size.rows - 2));
  return { ...state, mode: { kind: "help", top: Math.max(0, Math.min(top, most)) } };
}

/** What the text becomes, or undefined when the key is no typing. */
function edit(text: string, event: KeyOrPaste): string | undefined {
  if (event.type === "paste") return (text + toPlainText(event.text)).slice(0, MAX_TYPED);
  if (event.name === "backspace") return Array.from(text).slice(0, -1).join("");
  if (event.name === "ctrl+u") return "";
  if (event.name === "ctrl+w") return text.replace(/\S*\s*$/, "");
  const isCharacter = Array.from(event.name).length === 1;
  return isCharacter ? (text + toPlainText(event.name)).slice(0, MAX_TYPED) : undefined;
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
  const filter = edit(state.filter, event);
  return filter === undefined ? state : { ...state, filter };
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
  const job = itemOf(state, mode.jobId)?.job;
  const key = keyOf(event);
  if (event.type === "paste" || !job) return only(state);
  if (key !== "y" && key !== "Y") return only({ ...state, mode: NORMAL });
  const effect: JobRequest = {
    type: "request",
    request: "remove",
    jobId: job.id,
    label: labelOf(job),
    force: isUp(job.status),
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
    const signal = mode.typed.trim().toUpperCase() || OFFERED_SIGNALS[mode.picked]!;
    const { id: jobId } = job;
    const effect: JobRequest = {
      type: "request",
      request: "signal",
      jobId,
      label: labelOf(job),
      signal,
    };
    return { state: { ...state, mode: NORMAL }, effects: [effect] };
  }
  const step = { left: -1, up: -1, "shift+tab": -1, right: 1, down: 1, tab: 1 }[key];
  if (step !== undefined) {
    const count = OFFERED_SIGNALS.length;
    const picked = (mode.picked + step + count) % count;
    return only({ ...state, mode: { ...mode, typed: "", picked } });
  }
  const typed = edit(mode.typed, event);
  return only(typed === undefined ? state : { ...state, mode: { ...mode, typed } });
}
