import { RESET } from "../text/clean_text.ts";

/** Terminals that know it show everything between these two at once. */
const BEGIN_SYNC = "\x1b[?2026h";
const END_SYNC = "\x1b[?2026l";
const ERASE_TO_END = "\x1b[K";
const CLEAR_SCREEN = "\x1b[2J";

/** Turns frames into what must be written to a terminal, which shows the last one, for it to show the next. */
export class FramePainter {
  #shown: readonly string[] | undefined;

  /** The terminal shows something unknown now: the next frame is painted whole. */
  forget(): void {
    this.#shown = undefined;
  }

  /** What to write; empty when nothing has changed. Only rows that differ are painted. */
  paint(lines: readonly string[]): string {
    const before = this.#shown;
    this.#shown = lines;
    const isWhole = before === undefined || before.length !== lines.length;
    const rows = lines.map((line, row) =>
      isWhole || before[row] !== line ? paintRow(line, row) : ""
    ).join("");
    if (rows === "") return "";
    return BEGIN_SYNC + (isWhole ? RESET + CLEAR_SCREEN : "") + rows + END_SYNC;
  }
}

/** The rest of the row is erased first: after its last cell the cursor may still stand on that cell. */
function paintRow(line: string, row: number): string {
  return `\x1b[${row + 1};1H${RESET}${ERASE_TO_END}${line}${RESET}`;
}
