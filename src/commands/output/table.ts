import { paint, type Tone } from "./style.ts";
import { textWidth, truncateText } from "./text_width.ts";

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A cell's text, already free of control characters, and how it is coloured. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone | undefined;
}

/** Options of {@linkcode renderTable}. */
export interface TableOptions {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Where to cut the last column; without it nothing is cut. */
  readonly width?: number | undefined;
  readonly color: boolean;
}

const GAP = "  ";
/** The last column keeps at least this much, however narrow the terminal. */
const SMALLEST_LAST_COLUMN = 8;

/** Lines of a table, the title line first; numbers right, the last column cut to the width. */
export function renderTable(options: TableOptions): string[] {
  const { columns, rows, width, color } = options;
  const widths = columns.map(({ title }, index) =>
    rows.reduce((most, row) => Math.max(most, textWidth(row[index]?.text ?? "")), textWidth(title))
  );
  const last = columns.length - 1;
  if (width !== undefined) {
    const before = widths.slice(0, last).reduce((sum, each) => sum + each + GAP.length, 0);
    widths[last] = Math.max(SMALLEST_LAST_COLUMN, width - before);
  }
  const line = (cells: readonly Cell[]) =>
    columns.map((column, index) => {
      const cell = cells[index] ?? { text: "" };
      const text = width === undefined ? cell.text : truncateText(cell.text, widths[index]!);
      const padding = " ".repeat(Math.max(0, widths[index]! - textWidth(text)));
      const painted = paint(text, cell.tone, color);
      if (column.align === "right") return padding + painted;
      return index === last ? painted : painted + padding;
    }).join(GAP).trimEnd();
  const title = columns.map((column): Cell => ({ text: column.title, tone: "bold" }));
  return [line(title), ...rows.map(line)];
}
