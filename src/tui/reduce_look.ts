import type { Reduction } from "./action.ts";
import type { KeyCommand } from "./keys.ts";
import {
  scrollRows,
  scrollSideways,
  scrollToTop,
  setFollow,
  setWrap,
  visibleRows,
} from "./output_buffer.ts";
import type { LineWish, OutputLine } from "./output_line.ts";
import { outputTarget, STREAM_CHOICES, type TuiState, viewOf, withNote } from "./state.ts";
import { toPlainLine } from "../text/styled_line.ts";

/** How far one step to the side goes. */
const SIDE_CELLS = 8;

/** Commands that change what is seen of the output. */
export function look(state: TuiState, command: KeyCommand): TuiState {
  const { output } = state;
  switch (command) {
    case "switch_focus": {
      const focus = state.focus === "list" && !state.zoomed ? "output" : "list";
      return { ...state, focus, zoomed: false };
    }
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
    case "times":
      return { ...state, times: !state.times };
    case "streams":
      return nextStreams(state);
    case "left":
      return { ...state, output: scrollSideways(output, -SIDE_CELLS, viewOf(state)) };
    case "right":
      return { ...state, output: scrollSideways(output, SIDE_CELLS, viewOf(state)) };
    case "output_up":
      return scrollOutput(state, -1);
    case "output_down":
      return scrollOutput(state, 1);
    default:
      return state;
  }
}

/** Moves the view by rows. */
export function scrollOutput(state: TuiState, rows: number): TuiState {
  return { ...state, output: scrollRows(state.output, rows, viewOf(state)) };
}

/** Moves the view to one end of all that is kept. */
export function scrollToEnd(state: TuiState, end: "first" | "last"): TuiState {
  const { output } = state;
  const view = viewOf(state);
  return end === "first"
    ? { ...state, output: scrollToTop(output, view) }
    : { ...state, output: setFollow(output, true, view) };
}

function leave(state: TuiState): TuiState {
  if (state.search) return { ...state, search: undefined };
  if (state.zoomed) return { ...state, zoomed: false, focus: "list" };
  if (state.focus === "output") return { ...state, focus: "list" };
  if (state.marked.size > 0) return { ...state, marked: new Set() };
  return { ...state, filter: "" };
}

/** The place in the output stays as far as it can. */
function nextStreams(state: TuiState): TuiState {
  const at = STREAM_CHOICES.findIndex((choice) => choice.join() === state.streams.join());
  const streams = STREAM_CHOICES[(at + 1) % STREAM_CHOICES.length]!;
  const first = firstLine(state);
  const seek = state.output.follow || first === undefined ? undefined : wishFor(first);
  const words = streams.length > 1 ? "stdout and stderr" : `${streams[0]} alone`;
  return withNote({ ...state, streams, output: { ...state.output, seek } }, `Shows ${words}`);
}

/** The first line that is seen of those that the job has written. */
function firstLine(state: TuiState): OutputLine | undefined {
  return visibleRows(state.output, viewOf(state)).find(({ line }) => line?.place)?.line;
}

function wishFor({ kind, place }: OutputLine): LineWish | undefined {
  return kind === "remark" || !place ? undefined : { kind, from: place.from };
}

/** Looks for the next line with the words: below what is seen or was found, or above it. */
export function search(state: TuiState, isBackward: boolean): Reduction {
  const target = outputTarget(state);
  if (!target || !state.search) return { state, effects: [] };
  const { query, match } = state.search;
  const isSame = match?.run === target.run;
  const first = state.output.follow ? undefined : firstLine(state);
  const from = isSame ? { kind: match.kind, from: match.from } : first && wishFor(first);
  const isInclusive = !isSame;
  return { state, effects: [{ type: "search", query, isBackward, target, from, isInclusive }] };
}

/** What is seen of the output, for the clipboard. */
export function copy(state: TuiState): Reduction {
  const rows = visibleRows({ ...state.output, wrap: false, left: 0 }, {
    ...viewOf(state),
    width: Infinity,
  });
  const lines = rows.filter(({ kind }) => kind !== "remark").map(({ text }) => toPlainLine(text));
  if (lines.length === 0) return { state: withNote(state, "Nothing to copy", true), effects: [] };
  const words = lines.length === 1 ? "1 line" : `${lines.length} lines`;
  const text = lines.join("\n") + "\n";
  return { state: withNote(state, `Copied ${words}`), effects: [{ type: "copy", text }] };
}
