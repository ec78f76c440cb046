import type { StreamOffsets } from "../logs/stretches.ts";
import {
  appendLines,
  MAX_CHARS,
  MAX_LINES,
  type OutputBuffer,
  topRow,
  type Viewport,
} from "./output_buffer.ts";
import {
  countChars,
  type Extent,
  type LineWish,
  type OutputLine,
  placeBefore,
  type RunPlace,
} from "./output_line.ts";
import type { LineCount } from "./line_counter.ts";

/** A stretch of what a run has written, without holes. */
export interface OutputPage {
  readonly run: number;
  readonly lines: readonly OutputLine[];
  /** The lines at its end that have no end yet. */
  readonly open: readonly OutputLine[];
  readonly from: StreamOffsets;
  readonly to: StreamOffsets;
  /** How far was read: behind `open`. */
  readonly readTo: StreamOffsets;
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

/** What is to be read next, for the view to have something to show. */
export type PageWish =
  | { readonly where: "before"; readonly place: RunPlace }
  | { readonly where: "after"; readonly place: RunPlace }
  | { readonly where: "whole"; readonly seek: "first" | LineWish };

/** So near to the edge of the window more is read. */
const MARGIN_ROWS = 200;
/** A line that was looked for stands so far below the top of the view. */
const FOUND_FRACTION = 3;

/** What is missing around the view; undefined while nothing is, and at the end, which comes by itself. */
export function wantedPage(buffer: OutputBuffer, view: Viewport): PageWish | undefined {
  const { seek, from, to, follow, hasBefore, hasAfter } = buffer;
  if (follow) return undefined;
  if (seek !== undefined) return { where: "whole", seek };
  const above = topRow(buffer, view).line - buffer.firstNumber;
  const below = buffer.lines.length - above - view.height;
  if (hasBefore && from && above < MARGIN_ROWS) return { where: "before", place: from };
  return hasAfter && to && below < MARGIN_ROWS ? { where: "after", place: to } : undefined;
}

/** The window is this page, whatever it was. */
export function openPage(buffer: OutputBuffer, page: OutputPage): OutputBuffer {
  const { run, lines, open, from, to, readTo, hasBefore, hasAfter } = page;
  const empty = { ...buffer, lines: [], open, firstNumber: 0, chars: 0, top: { line: 0, row: 0 } };
  const window = {
    ...empty,
    from: { run, offsets: from },
    to: { run, offsets: to },
    readTo,
    hasBefore,
    hasAfter,
    hasEnd: false,
    seek: undefined,
  };
  return appendLines(window, lines);
}

/** What goes on behind the window. */
export function appendPage(buffer: OutputBuffer, page: OutputPage): OutputBuffer {
  const { run, lines, open, to, readTo, hasAfter } = page;
  const longer = appendLines(buffer, lines, open);
  return { ...longer, to: { run, offsets: to }, readTo, hasAfter };
}

/** What comes before the window; what is too much at the other end is left to the files. */
export function prependPage(buffer: OutputBuffer, page: OutputPage): OutputBuffer {
  const all = [...page.lines, ...buffer.lines];
  let chars = buffer.chars + countChars(page.lines);
  let kept = all.length;
  while (kept > page.lines.length && (kept > MAX_LINES || chars > MAX_CHARS)) {
    chars -= all[--kept]!.text.length;
  }
  const window = {
    ...buffer,
    lines: kept === all.length ? all : all.slice(0, kept),
    chars,
    firstNumber: buffer.firstNumber - page.lines.length,
    from: { run: page.run, offsets: page.from },
    hasBefore: page.hasBefore,
  };
  if (kept === all.length) return window;
  const to = placeBefore(buffer.to, all.slice(kept));
  return { ...window, open: [], to, readTo: to?.offsets ?? {}, hasAfter: true, hasEnd: false };
}

/** The view with this line in its upper third; undefined when the window does not have it. */
export function showLine(
  buffer: OutputBuffer,
  wish: LineWish,
  view: Viewport,
): OutputBuffer | undefined {
  const index = buffer.lines.findIndex((line) => isLine(line, wish));
  if (index < 0) return undefined;
  const first = Math.max(0, index - Math.floor(view.height / FOUND_FRACTION));
  return { ...buffer, top: { line: buffer.firstNumber + first, row: 0 } };
}

/** Whether that is the line. */
export function isLine(line: OutputLine, { kind, from }: LineWish): boolean {
  return line.kind === kind && line.place?.from === from;
}

/** Notes what is kept in the files now, and how many lines came since the user stopped following. */
export function noteKept(
  buffer: OutputBuffer,
  { extent, unread }: { extent: Extent | undefined; unread: LineCount },
): OutputBuffer {
  if (extent === undefined || buffer.follow) return buffer;
  const isMore = (["stdout", "stderr"] as const)
    .some((kind) => (extent.end[kind] ?? 0) > (buffer.readTo[kind] ?? Infinity));
  const hasAfter = buffer.hasAfter || isMore;
  const isSame = hasAfter === buffer.hasAfter && isSameExtent(extent, buffer.extent) &&
    unread.lines === buffer.unread.lines && unread.isAll === buffer.unread.isAll;
  return isSame ? buffer : { ...buffer, hasAfter, extent, unread };
}

function isSameExtent(a: Extent, b: Extent | undefined): boolean {
  return (["first", "end"] as const).every((at) =>
    a[at].stdout === b?.[at].stdout && a[at].stderr === b?.[at].stderr
  );
}
