import { isUp } from "../protocol/job_status.ts";
import { hasLiveRun, labelOf } from "./job_list.ts";
import type { InputEvent } from "./key_input.ts";
import { commandOf, type KeyCommand } from "./keys.ts";
import { listRows, outputViewport, type Rect } from "./layout.ts";
import {
  scrollRows,
  scrollSideways,
  scrollToTop,
  setFollow,
  setWrap,
  type Viewport,
} from "./output_buffer.ts";
import { reducePrompt, scrollHelp } from "./reduce_prompt.ts";
import {
  type JobRequest,
  layoutOf,
  type Reduction,
  selectedJob,
  type TuiState,
  visibleJobs,
  withNote,
} from "./state.ts";

/** How far a turn of the wheel goes. */
const WHEEL_ROWS = 3;
/** How far one step to the side goes. */
const SIDE_CELLS = 8;
/** Commands that move in the list or in the output, whichever has the keys. */
const SCROLLING: ReadonlySet<KeyCommand> = new Set<KeyCommand>([
  "up",
  "down",
  "page_up",
  "page_down",
  "first",
  "last",
]);

/** What a key, the mouse or a paste does. */
export function reduceInput(state: TuiState, event: InputEvent): Reduction {
  if (event.type === "key" && event.name === "ctrl+c") {
    return { state, effects: [{ type: "quit" }] };
  }
  if (event.type === "mouse") return only(reduceMouse(state, event));
  if (state.mode.kind !== "normal") return reducePrompt(state, state.mode, event);
  // A paste is text; taken for keys it could stop jobs.
  if (event.type === "paste") return only(state);
  const command = commandOf(event.name);
  return command === undefined ? only(state) : runCommand(state, command);
}

function only(state: TuiState): Reduction {
  return { state, effects: [] };
}

function runCommand(state: TuiState, command: KeyCommand): Reduction {
  switch (command) {
    case "quit":
    case "redraw":
    case "suspend":
      return { state, effects: [{ type: command }] };
    case "mouse":
      return {
        state: { ...state, mouse: !state.mouse },
        effects: [{ type: "mouse", on: !state.mouse }],
      };
    case "start_stop":
    case "restart":
      return request(state, command);
    case "remove":
    case "signal":
      return only(ask(state, command));
    case "attach":
      return attach(state);
    case "help":
      return only({ ...state, mode: { kind: "help", top: 0 } });
    case "filter":
      return only({ ...state, zoomed: false, mode: { kind: "filter", before: state.filter } });
    default:
      return only(SCROLLING.has(command) ? scroll(state, command) : look(state, command));
  }
}

/** Commands that change what is seen of the output. */
function look(state: TuiState, command: KeyCommand): TuiState {
  const { output } = state;
  switch (command) {
    case "switch_focus":
      return {
        ...state,
        focus: state.focus === "list" && !state.zoomed ? "output" : "list",
        zoomed: false,
      };
    case "zoom":
      return state.zoomed
        ? { ...state, zoomed: false, focus: "list" }
        : { ...state, zoomed: true, focus: "output" };
    case "leave":
      return leave(state);
    case "follow":
      return { ...state, output: setFollow(output, !output.follow, viewOf(state)) };
    case "wrap":
      return { ...state, output: setWrap(output, !output.wrap) };
    case "left":
    case "right":
      return {
        ...state,
        output: scrollSideways(
          output,
          command === "left" ? -SIDE_CELLS : SIDE_CELLS,
          viewOf(state),
        ),
      };
    case "output_up":
    case "output_down":
      return scrollOutput(state, command === "output_up" ? -1 : 1);
    default:
      return state;
  }
}

function leave(state: TuiState): TuiState {
  if (state.zoomed) return { ...state, zoomed: false, focus: "list" };
  if (state.focus === "output") return { ...state, focus: "list" };
  return { ...state, filter: "" };
}

function scroll(state: TuiState, command: KeyCommand): TuiState {
  const isOutput = state.focus === "output";
  const page = isOutput ? viewOf(state).height : listRows(layoutOf(state));
  const steps: Partial<Record<KeyCommand, number>> = {
    up: -1,
    down: 1,
    page_up: -Math.max(1, page - 1),
    page_down: Math.max(1, page - 1),
  };
  const step = steps[command];
  if (isOutput) {
    if (step !== undefined) return scrollOutput(state, step);
    const { output } = state;
    return command === "first"
      ? { ...state, output: scrollToTop(output, viewOf(state)) }
      : { ...state, output: setFollow(output, true, viewOf(state)) };
  }
  const count = visibleJobs(state).length;
  if (step !== undefined) return select(state, state.selectedIndex + step);
  return select(state, command === "first" ? 0 : count - 1);
}

function select(state: TuiState, index: number): TuiState {
  const jobs = visibleJobs(state);
  const item = jobs[Math.max(0, Math.min(index, jobs.length - 1))];
  return item ? { ...state, selectedId: item.job.id } : state;
}

function scrollOutput(state: TuiState, rows: number): TuiState {
  return { ...state, output: scrollRows(state.output, rows, viewOf(state)) };
}

function viewOf(state: TuiState): Viewport {
  return outputViewport(layoutOf(state));
}

function request(state: TuiState, command: "start_stop" | "restart"): Reduction {
  const job = selectedJob(state)?.job;
  if (!job) return only(state);
  const which = command === "restart" ? "restart" : isUp(job.status) ? "stop" : "start";
  const effect: JobRequest = {
    type: "request",
    request: which,
    jobId: job.id,
    label: labelOf(job),
  };
  return { state, effects: [effect] };
}

function ask(state: TuiState, command: "remove" | "signal"): TuiState {
  const job = selectedJob(state)?.job;
  if (!job) return state;
  if (command === "remove") return { ...state, mode: { kind: "remove", jobId: job.id } };
  if (hasLiveRun(job.status)) {
    return { ...state, mode: { kind: "signal", jobId: job.id, typed: "", picked: 0 } };
  }
  return withNote(state, `${labelOf(job)} has no process to signal`, true);
}

function attach(state: TuiState): Reduction {
  const job = selectedJob(state)?.job;
  if (!job) return only(state);
  const label = labelOf(job);
  if (!isUp(job.status)) return only(withNote(state, `${label} is down: s starts it`, true));
  if (job.terminal_size === undefined) {
    return only(withNote(state, `${label} has no terminal: Enter zooms its output`, true));
  }
  return { state, effects: [{ type: "attach", jobId: job.id }] };
}

function reduceMouse(state: TuiState, event: InputEvent & { type: "mouse" }): TuiState {
  if (state.mode.kind === "help") {
    const { top } = state.mode;
    if (event.action === "press") return state;
    const step = event.action === "wheel_up" ? -WHEEL_ROWS : WHEEL_ROWS;
    return scrollHelp(state, top + step);
  }
  const layout = layoutOf(state);
  if (isInside(layout.output, event)) {
    if (event.action === "press") return { ...state, focus: "output" };
    return scrollOutput(state, event.action === "wheel_up" ? -WHEEL_ROWS : WHEEL_ROWS);
  }
  if (!isInside(layout.list, event)) return state;
  if (event.action === "wheel_up") return select(state, state.selectedIndex - 1);
  if (event.action === "wheel_down") return select(state, state.selectedIndex + 1);
  const row = event.y - layout.list.y - (layout.hasHeading ? 1 : 0);
  const index = state.listTop + row;
  if (row < 0 || index >= visibleJobs(state).length) return state;
  return { ...select(state, index), focus: "list" };
}

function isInside(rect: Rect, { x, y }: { x: number; y: number }): boolean {
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}
