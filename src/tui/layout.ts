import type { Viewport } from "./output_buffer.ts";

/** The terminal's size in cells. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** A part of the screen, counted from 0 at the upper left. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything is. `stacked` has the list above the output, `zoomed` no list. */
export interface Layout {
  readonly kind: "beside" | "stacked" | "zoomed" | "tiny";
  /** The bar on top. */
  readonly title: Rect;
  /** The list, with its heading when `hasHeading`. */
  readonly list: Rect;
  readonly hasHeading: boolean;
  /** The output, with its heading in the first row. */
  readonly output: Rect;
  /** Keys, notes and questions. */
  readonly footer: Rect;
}

/** Below this nothing sensible fits. */
const MIN_COLUMNS = 24;
const MIN_ROWS = 6;
/** From here on the list stands beside the output. */
const BESIDE_COLUMNS = 70;
const WIDE_COLUMNS = 110;
const NARROW_LIST = 34;
const WIDE_LIST = 46;
/** From here on the list can give a row away for its heading. */
const HEADING_ROWS = 16;
/** The line between list and output. */
export const DIVIDER_WIDTH = 1;
/** The cell before each row of output that tells its stream. */
export const GUTTER_WIDTH = 1;
/** `12:34:56.789 ` before each line, when times are shown. */
export const TIME_WIDTH = 13;
/** What a list or an output needs that the user makes small. */
const LEAST_COLUMNS = 16;
const LEAST_ROWS = 2;

/** Options of {@linkcode layoutScreen}. */
export interface LayoutOptions {
  readonly isZoomed?: boolean;
  /** Of the list, as far as the user has said it. */
  readonly listSize?: { readonly columns?: number; readonly rows?: number };
}

/** Shares the screen out. The rows of all parts add up to the screen's. */
export function layoutScreen(
  size: ScreenSize,
  { isZoomed = false, listSize = {} }: LayoutOptions = {},
): Layout {
  const columns = Math.max(1, size.columns);
  const rows = Math.max(1, size.rows);
  const row = (y: number, height = 1): Rect => ({ x: 0, y, width: columns, height });
  if (columns < MIN_COLUMNS || rows < MIN_ROWS) {
    return { kind: "tiny", title: row(0, rows), list: row(0, 0), ...noOutput(row) };
  }
  const title = row(0);
  const footer = row(rows - 1);
  const body = rows - 2;
  const hasHeading = rows >= HEADING_ROWS;
  if (isZoomed) {
    return { kind: "zoomed", title, list: row(1, 0), hasHeading, output: row(1, body), footer };
  }
  if (columns < BESIDE_COLUMNS) {
    const wanted = listSize.rows ?? Math.min(10, Math.max(2, Math.round(body * 0.3)));
    const height = within(wanted, LEAST_ROWS, body - LEAST_ROWS);
    const output = row(1 + height, body - height);
    return { kind: "stacked", title, list: row(1, height), hasHeading, output, footer };
  }
  const wanted = listSize.columns ?? (columns < WIDE_COLUMNS ? NARROW_LIST : WIDE_LIST);
  const listWidth = within(wanted, LEAST_COLUMNS, columns - LEAST_COLUMNS - DIVIDER_WIDTH);
  const x = listWidth + DIVIDER_WIDTH;
  return {
    kind: "beside",
    title,
    list: { x: 0, y: 1, width: listWidth, height: body },
    hasHeading,
    output: { x, y: 1, width: columns - x, height: body },
    footer,
  };
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

function noOutput(row: (y: number, height?: number) => Rect) {
  return { hasHeading: false, output: row(0, 0), footer: row(0, 0) };
}

/** How many jobs the list shows at once. */
export function listRows({ list, hasHeading }: Layout): number {
  return Math.max(0, list.height - (hasHeading ? 1 : 0));
}

/** The room for lines of output. */
export function outputViewport({ output }: Layout): Viewport {
  return {
    width: Math.max(1, output.width - GUTTER_WIDTH),
    height: Math.max(1, output.height - 1),
  };
}

/** The columns of a row in the list; what has no room has width 0. */
export interface ListColumns {
  readonly name: number;
  readonly cpu: number;
  readonly memory: number;
  readonly spark: number;
  readonly restarts: number;
}

/** Marker, sign of the status, and a space. */
export const LIST_LEAD_WIDTH = 3;
const MIN_NAME = 10;

/** Shares a row of the list out: the name gets what is left, and the least important columns go first. */
export function listColumns(width: number): ListColumns {
  const spark = width >= WIDE_LIST ? 10 : 5;
  const wishes = [
    { cpu: 5, memory: 5, spark: spark + 1, restarts: 4 },
    { cpu: 5, memory: 5, spark: 0, restarts: 4 },
    { cpu: 5, memory: 0, spark: 0, restarts: 4 },
    { cpu: 5, memory: 0, spark: 0, restarts: 0 },
  ];
  for (const wish of wishes) {
    const name = width - LIST_LEAD_WIDTH - wish.cpu - wish.memory - wish.spark - wish.restarts;
    if (name >= MIN_NAME) return { name, ...wish };
  }
  return { name: Math.max(0, width - LIST_LEAD_WIDTH), cpu: 0, memory: 0, spark: 0, restarts: 0 };
}
