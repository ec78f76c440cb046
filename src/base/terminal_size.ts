/** A terminal's size in character cells. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** That of a terminal which nobody has told otherwise, since the VT100. */
export const STANDARD_TERMINAL: TerminalSize = { columns: 80, rows: 24 };

/** What a terminal's columns or rows can be: more than any screen has. */
export const MOST_CELLS = 4_096;

/** `TERM` of a terminal of which nothing is known: what all that people look at understand. */
export const STANDARD_KIND = "xterm-256color";

/** A number of columns or rows that can be one. */
export function withinCells(count: number): number {
  return Math.min(Math.max(Math.trunc(count), 1), MOST_CELLS);
}

/** `80×24`. */
export function formatTerminalSize({ columns, rows }: TerminalSize): string {
  return `${columns}×${rows}`;
}

/** Whether both are the same. */
export function isSameSize(one: TerminalSize, other: TerminalSize): boolean {
  return one.columns === other.columns && one.rows === other.rows;
}
