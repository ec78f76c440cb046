import type { InputEvent } from "./key_input.ts";
import { hintsWidth, type KeyCommand } from "./keys.ts";
import type { Layout, Rect } from "./layout.ts";
import { shownHints } from "./footer_hints.ts";
import { scrollOutput } from "./reduce_look.ts";
import { scrollDetails, scrollHelp } from "./reduce_prompt.ts";
import { layoutOf, selectAt, type TuiState, visibleJobs } from "./state.ts";

type MouseEvent = InputEvent & { type: "mouse" };

/** How far a turn of the wheel goes. */
const WHEEL_ROWS = 3;

/** The key in the footer that was pressed. */
export function pressed(state: TuiState, event: MouseEvent): KeyCommand | undefined {
  const { footer } = layoutOf(state);
  if (event.action !== "press" || !isInside(footer, event)) return undefined;
  const { lead, hints } = shownHints(state);
  let end = lead;
  for (const hint of hints) {
    const start = end;
    end += hintsWidth([hint]);
    if (event.x >= start && event.x < end) return hint.command;
  }
  return undefined;
}

/** What the mouse does beside that. */
export function reduceMouse(state: TuiState, event: MouseEvent): TuiState {
  const { action } = event;
  if (action === "release") return { ...state, isDragging: false };
  if (action === "drag") return state.isDragging ? drag(state, event) : state;
  const step = action === "wheel_up" ? -WHEEL_ROWS : WHEEL_ROWS;
  const { mode } = state;
  if (mode.kind === "help") return action === "press" ? state : scrollHelp(state, mode.top + step);
  if (mode.kind === "details") {
    return action === "press" ? state : scrollDetails(state, mode, mode.top + step);
  }
  const layout = layoutOf(state);
  if (action === "press" && isOnDivider(layout, event)) return { ...state, isDragging: true };
  if (isInside(layout.output, event)) {
    return action === "press" ? { ...state, focus: "output" } : scrollOutput(state, step);
  }
  if (!isInside(layout.list, event)) return state;
  if (action !== "press") return selectAt(state, state.selectedIndex + Math.sign(step));
  const row = event.y - layout.list.y - (layout.hasHeading ? 1 : 0);
  const index = state.listTop + row;
  if (row < 0 || index >= visibleJobs(state).length) return state;
  return { ...selectAt(state, index), focus: "list" };
}

function isOnDivider({ kind, list, output }: Layout, { x, y }: MouseEvent): boolean {
  if (kind === "beside") return x === list.width && y >= list.y && y < list.y + list.height;
  return kind === "stacked" && y === output.y;
}

function drag(state: TuiState, { x, y }: MouseEvent): TuiState {
  const { kind, list } = layoutOf(state);
  const size = kind === "beside" ? { columns: x } : { rows: y - list.y };
  return { ...state, listSize: { ...state.listSize, ...size } };
}

function isInside(rect: Rect, { x, y }: { x: number; y: number }): boolean {
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}
