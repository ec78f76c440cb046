import type { Reduction } from "./action.ts";
import type { InputEvent } from "./key_input.ts";
import { commandOf, type KeyCommand } from "./keys.ts";
import { listRows } from "./layout.ts";
import { ask, attach, mark, page, request, stepRun } from "./reduce_jobs.ts";
import { copy, look, scrollOutput, scrollToEnd, search } from "./reduce_look.ts";
import { pressed, reduceMouse } from "./reduce_mouse.ts";
import { reducePrompt } from "./reduce_prompt.ts";
import { layoutOf, selectAt, type TuiState, viewOf, visibleJobs, withNote } from "./state.ts";
import { fieldOf } from "./text_field.ts";

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
  if (event.type === "mouse") {
    const command = pressed(state, event);
    return command ? runCommand(state, command) : only(reduceMouse(state, event));
  }
  if (state.mode.kind !== "normal") return reducePrompt(state, state.mode, event);
  // A paste is text; taken for keys it could stop jobs.
  if (event.type === "paste") return only(state);
  const command = commandOf(event.name, state.focus);
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
    case "restart_all":
    case "signal":
    case "new":
    case "edit":
    case "details":
      return ask(state, command);
    case "attach":
      return attach(state);
    case "mark":
      return only(scroll(mark(state), "down"));
    case "help":
      return only({ ...state, mode: { kind: "help", top: 0 } });
    case "filter":
      return only({
        ...state,
        zoomed: false,
        mode: { kind: "filter", before: state.filter, cursor: state.filter.length },
      });
    default:
      return SCROLLING.has(command) ? only(scroll(state, command)) : runOutput(state, command);
  }
}

/** Commands for the output. */
function runOutput(state: TuiState, command: KeyCommand): Reduction {
  switch (command) {
    case "search":
      return only({ ...state, mode: { kind: "search", typed: fieldOf("") } });
    case "next":
    case "previous":
      if (state.search) return search(state, command === "previous");
      return only(withNote(state, "Nothing is searched for: Tab, then / searches", true));
    case "earlier":
    case "later":
      return stepRun(state, command === "earlier" ? -1 : 1);
    case "copy":
      return copy(state);
    case "pager":
      return page(state);
    default:
      return only(look(state, command));
  }
}

function scroll(state: TuiState, command: KeyCommand): TuiState {
  const isOutput = state.focus === "output";
  const height = isOutput ? viewOf(state).height : listRows(layoutOf(state));
  const steps: Partial<Record<KeyCommand, number>> = {
    up: -1,
    down: 1,
    page_up: -Math.max(1, height - 1),
    page_down: Math.max(1, height - 1),
  };
  const step = steps[command];
  if (isOutput) {
    if (step !== undefined) return scrollOutput(state, step);
    return scrollToEnd(state, command === "first" ? "first" : "last");
  }
  if (step !== undefined) return selectAt(state, state.selectedIndex + step);
  return selectAt(state, command === "first" ? 0 : visibleJobs(state).length - 1);
}
