import type { StreamOffsets } from "../logs/stretches.ts";
import type { LineCount } from "./line_counter.ts";
import {
  countChars,
  type Extent,
  type LineKind,
  type LineWish,
  type OutputLine,
  placeBehind,
  type RunPlace,
} from "./output_line.ts";
import { sliceText, textWidth, wrapText } from "../text/clean_text.ts";

/** A row of the screen: a line, or a part of one. */
export interface OutputRow {
  readonly kind: LineKind;
  readonly text: string;
  /** The line, in its first row. */
  readonly line?: OutputLine;
  /** More of the line is hidden on the right. */
  readonly isCut: boolean;
}

/** The room for rows. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** A row by its line's number and its place in the line. */
interface RowPosition {
  readonly line: number;
  readonly row: number;
}

/**
 * A window of what a job has written, which has no holes, and which of its lines are seen. While `follow` is on it is at
 * the end and moves along; else it is moved when the view comes near its edges: see output_window.ts.
 */
export interface OutputBuffer {
  readonly lines: readonly OutputLine[];
  /** The number of the first of `lines`: numbers stay true when older lines are dropped. */
  readonly firstNumber: number;
  readonly chars: number;
  /** The lines of both streams that have no end yet. */
  readonly open: readonly OutputLine[];
  /** True: the end is seen, whatever comes. */
  readonly follow: boolean;
  /** The first row that is seen while `follow` is off. */
  readonly top: RowPosition;
  readonly wrap: boolean;
  /** How many cells are scrolled out on the left while `wrap` is off. */
  readonly left: number;
  /** Where the window begins, and where it ends; undefined before anything was read. */
  readonly from: RunPlace | undefined;
  readonly to: RunPlace | undefined;
  /** How far was read: behind `open`. */
  readonly readTo: StreamOffsets;
  /** Whether the files have more above the window, and below it. */
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
  /** The end of the run is told below the last line. */
  readonly hasEnd: boolean;
  readonly extent: Extent | undefined;
  /** Where the window is to be, when it is to be elsewhere. */
  readonly seek: "first" | LineWish | undefined;
  /** How far was read when `follow` went off. */
  readonly heldAt: RunPlace | undefined;
  /** What was written since. */
  readonly unread: LineCount;
}

/** How much of a job's output is held in memory. */
export const MAX_LINES = 5_000;
export const MAX_CHARS = 4 * 1024 * 1024;

/** Nothing yet. */
export const EMPTY_BUFFER: OutputBuffer = {
  lines: [],
  firstNumber: 0,
  chars: 0,
  open: [],
  follow: true,
  top: { line: 0, row: 0 },
  wrap: false,
  left: 0,
  from: undefined,
  to: undefined,
  readTo: {},
  hasBefore: false,
  hasAfter: false,
  hasEnd: false,
  extent: undefined,
  seek: undefined,
  heldAt: undefined,
  unread: { lines: 0, isAll: true },
};

/** Without any line, with the user's choices kept. */
export function clearBuffer(buffer: OutputBuffer): OutputBuffer {
  return { ...EMPTY_BUFFER, wrap: buffer.wrap };
}

/**
 * Adds lines at the end and drops the oldest where there are too many; `open` replaces the unfinished ones. What is
 * dropped is in the files.
 */
export function appendLines(
  buffer: OutputBuffer,
  added: readonly OutputLine[],
  open: readonly OutputLine[] = buffer.open,
): OutputBuffer {
  const lines = added.length === 0 ? buffer.lines : [...buffer.lines, ...added];
  let chars = buffer.chars + countChars(added);
  let dropped = 0;
  while (lines.length - dropped > MAX_LINES || (chars > MAX_CHARS && lines.length - dropped > 1)) {
    chars -= lines[dropped++]!.text.length;
  }
  const firstNumber = buffer.firstNumber + dropped;
  const top = buffer.top.line < firstNumber ? { line: firstNumber, row: 0 } : buffer.top;
  return {
    ...buffer,
    lines: dropped === 0 ? lines : lines.slice(dropped),
    firstNumber,
    chars,
    open,
    top,
    from: dropped === 0 ? buffer.from : placeBehind(buffer.from, lines.slice(0, dropped)),
    hasBefore: buffer.hasBefore || dropped > 0,
  };
}

/** How many lines came since the user stopped following. */
export function unseenLines({ follow, unread }: OutputBuffer): LineCount {
  return follow ? EMPTY_BUFFER.unread : unread;
}

/** Switches between seeing the end and standing still where we are. */
export function setFollow(buffer: OutputBuffer, follow: boolean, view: Viewport): OutputBuffer {
  const { unread, seek } = EMPTY_BUFFER;
  if (follow) return { ...buffer, follow, unread, seek, extent: undefined, heldAt: undefined };
  if (!buffer.follow) return buffer;
  const heldAt = buffer.to && { run: buffer.to.run, offsets: buffer.readTo };
  return { ...buffer, follow, top: topRow(buffer, view), heldAt };
}

/** Switches between long lines cut and long lines continued below. */
export function setWrap(buffer: OutputBuffer, wrap: boolean): OutputBuffer {
  return { ...buffer, wrap, left: 0, top: { line: buffer.top.line, row: 0 } };
}

/** Moves the view to the side; wrapped lines have no side. */
export function scrollSideways(
  buffer: OutputBuffer,
  cells: number,
  { width }: Viewport,
): OutputBuffer {
  if (buffer.wrap) return buffer;
  const longest = everyLine(buffer).reduce((most, { text }) => Math.max(most, textWidth(text)), 0);
  return { ...buffer, left: Math.max(0, Math.min(buffer.left + cells, longest - width)) };
}

/** Moves the view by rows; up stops following, down to the end begins it again. */
export function scrollRows(buffer: OutputBuffer, rows: number, view: Viewport): OutputBuffer {
  if (rows === 0 || (rows > 0 && buffer.follow)) return buffer;
  const end = endTop(buffer, view);
  const from = buffer.follow ? end : topRow(buffer, view);
  const top = moveBy(buffer, from, { rows, width: view.width });
  const isAtEnd = rows > 0 && !isBefore(top, end) && !buffer.hasAfter;
  if (isAtEnd) return setFollow(buffer, true, view);
  const still = buffer.follow ? setFollow(buffer, false, view) : buffer;
  return isBefore(end, top) ? { ...still, top: end } : { ...still, top };
}

/** Moves the view to the oldest line that is kept, be it in memory or not. */
export function scrollToTop(buffer: OutputBuffer, view: Viewport): OutputBuffer {
  const still = setFollow(buffer, false, view);
  const seek = buffer.hasBefore ? "first" : undefined;
  return { ...still, seek, top: { line: buffer.firstNumber, row: 0 } };
}

/** The rows to show, from above; fewer than `height` when there is no more. */
export function visibleRows(buffer: OutputBuffer, view: Viewport): OutputRow[] {
  const lines = everyLine(buffer);
  const { line, row } = topRow(buffer, view);
  const rows: OutputRow[] = [];
  let skip = row;
  for (let index = line - buffer.firstNumber; index < lines.length; index++) {
    const parts = rowsOf(buffer, lines[index]!, view.width);
    for (let part = skip; part < parts.length; part++) {
      rows.push(part === 0 ? { ...parts[0]!, line: lines[index]! } : parts[part]!);
      if (rows.length >= view.height) return rows;
    }
    skip = 0;
  }
  return rows;
}

/** Where the view is in all that is kept: 0 (the top) to 1 (the end). */
export function scrollFraction(buffer: OutputBuffer, view: Viewport): number {
  const top = topRow(buffer, view).line - buffer.firstNumber;
  const end = endTop(buffer, view).line - buffer.firstNumber;
  const { extent } = buffer;
  if (extent === undefined || !(buffer.hasBefore || buffer.hasAfter)) {
    return end <= 0 ? 1 : Math.min(1, top / end);
  }
  const bytes = (lines: readonly OutputLine[]) =>
    lines.reduce((sum, { place }) => sum + (place ? place.to - place.from : 0), 0);
  const first = sumOf(extent.first);
  const above = Math.max(0, sumOf(buffer.from?.offsets ?? {}) - first) +
    bytes(buffer.lines.slice(0, top));
  const below = sumOf(extent.end) - first - above -
    bytes(buffer.lines.slice(top, top + view.height));
  return above + below <= 0 ? 1 : Math.min(1, above / (above + Math.max(0, below)));
}

function sumOf({ stdout = 0, stderr = 0 }: StreamOffsets): number {
  return stdout + stderr;
}

function everyLine(buffer: OutputBuffer): readonly OutputLine[] {
  return buffer.open.length === 0 ? buffer.lines : [...buffer.lines, ...buffer.open];
}

/** The first row that is seen. */
export function topRow(buffer: OutputBuffer, view: Viewport): RowPosition {
  const end = endTop(buffer, view);
  return buffer.follow || isBefore(end, buffer.top) ? end : buffer.top;
}

/** The first row when the last row is at the bottom. */
function endTop(buffer: OutputBuffer, { width, height }: Viewport): RowPosition {
  const behind = { line: buffer.firstNumber + everyLine(buffer).length, row: 0 };
  return moveBy(buffer, behind, { rows: -height, width });
}

function isBefore(a: RowPosition, b: RowPosition): boolean {
  return a.line < b.line || (a.line === b.line && a.row < b.row);
}

/** The position so many rows below (above) another, within what is there. */
function moveBy(
  buffer: OutputBuffer,
  from: RowPosition,
  { rows, width }: { rows: number; width: number },
): RowPosition {
  const lines = everyLine(buffer);
  const count = (index: number) => buffer.wrap ? rowsOf(buffer, lines[index]!, width).length : 1;
  let index = from.line - buffer.firstNumber;
  let row = from.row + rows;
  while (row < 0 && index > 0) row += count(--index);
  while (row > 0 && index < lines.length && row >= count(index)) row -= count(index++);
  return { line: buffer.firstNumber + index, row: Math.max(0, index < lines.length ? row : 0) };
}

const wrapped = new WeakMap<OutputLine, { width: number; rows: readonly OutputRow[] }>();

function rowsOf(buffer: OutputBuffer, line: OutputLine, width: number): readonly OutputRow[] {
  if (!buffer.wrap) return [cutRow(line, { from: buffer.left, width })];
  const known = wrapped.get(line);
  if (known?.width === width) return known.rows;
  const rows = wrapText(line.text, width).map((text) => ({ kind: line.kind, text, isCut: false }));
  wrapped.set(line, { width, rows });
  return rows;
}

function cutRow(line: OutputLine, { from, width }: { from: number; width: number }): OutputRow {
  const wide = sliceText(line.text, from, width + 1);
  const isCut = textWidth(wide) > width;
  return { kind: line.kind, text: isCut ? sliceText(wide, 0, width - 1) : wide, isCut };
}
