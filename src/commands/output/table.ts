import { measureFor, type TextMeasure } from "../../text/text_measure.ts";
import { paint, type Tone } from "./style.ts";

/** A column of a table, and how it gives way on a narrow terminal; the last one is cut to what is left. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Beyond this width it gives way before the last column does. */
  readonly most?: number;
  /** To this width it may be cut when the last column has given all it can. */
  readonly least?: number;
  /** Left out when nothing else helps: the lowest first. */
  readonly dropped?: number;
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
  /** The terminal's width; without it nothing is cut. */
  readonly width?: number | undefined;
  readonly color: boolean;
}

const GAP = "  ";
/** The last column keeps at least this much, as long as others can give way. */
const SMALLEST_LAST_COLUMN = 8;

/** A column, and how wide it is to be. */
interface FittedColumn extends Column {
  readonly index: number;
  width: number;
}

/** Lines of a table, the title line first, none wider than the terminal. */
export async function renderTable(options: TableOptions): Promise<string[]> {
  const { columns, rows, width, color } = options;
  const measure = await measureFor(rows.flatMap((row) => row.map(({ text }) => text)));
  const natural = columns.map((column, index): FittedColumn => ({
    ...column,
    index,
    width: rows.reduce(
      (most, row) => Math.max(most, measure.width(row[index]?.text ?? "")),
      measure.width(column.title),
    ),
  }));
  const fitted = width === undefined ? natural : fitColumns(natural, width);
  const title = columns.map((column): Cell => ({ text: column.title, tone: "bold" }));
  return [title, ...rows].map((cells) => renderRow(cells, { columns: fitted, measure, color }));
}

/** Makes the columns narrower until they fit, and leaves some out where that is not enough. */
function fitColumns(columns: readonly FittedColumn[], width: number): FittedColumn[] {
  const fitted = columns.map((column) => ({ ...column }));
  const tooWide = () =>
    fitted.reduce((sum, column) => sum + column.width, GAP.length * (fitted.length - 1)) - width;
  const cut = (column: FittedColumn, least: number) => {
    column.width = Math.max(Math.min(column.width, least), column.width - Math.max(0, tooWide()));
  };
  const last = fitted.at(-1)!;
  for (const column of fitted) if (column.most !== undefined) cut(column, column.most);
  cut(last, SMALLEST_LAST_COLUMN);
  for (const column of fitted) if (column.least !== undefined) cut(column, column.least);
  const droppable = fitted.filter((column) => column.dropped !== undefined)
    .sort((a, b) => a.dropped! - b.dropped!);
  while (tooWide() > 0 && droppable.length > 0) {
    fitted.splice(fitted.indexOf(droppable.shift()!), 1);
  }
  // What comes first says which row it is.
  for (const column of fitted.toReversed()) cut(column, 1);
  // What was left out may have made more room than was wanted.
  last.width = Math.min(columns.at(-1)!.width, last.width + Math.max(0, -tooWide()));
  return fitted;
}

interface RowOptions {
  readonly columns: readonly FittedColumn[];
  readonly measure: TextMeasure;
  readonly color: boolean;
}

function renderRow(cells: readonly Cell[], { columns, measure, color }: RowOptions): string {
  return columns.map((column, place) => {
    const cell = cells[column.index] ?? { text: "" };
    const text = measure.clip(cell.text, column.width);
    const padding = " ".repeat(Math.max(0, column.width - measure.width(text)));
    const painted = paint(text, cell.tone, color);
    if (column.align === "right") return padding + painted;
    return place === columns.length - 1 ? painted : painted + padding;
  }).join(GAP).trimEnd();
}
