// deno-lint-ignore-file no-control-regex
import { graphemesOf, textWidth } from "./clean_text.ts";
import { movesCursor } from "./cursor_moves.ts";
import { applySgr, encodeStyle, isSameStyle, PLAIN_STYLE, type SgrStyle } from "./sgr_style.ts";

/** A sequence that has not come to its end after this is none. */
const MAX_SEQUENCE = 4_096;
const TAB_CELLS = 8;
/** What comes before has no part in the character before it. */
const FIRST_JOINING = "\u0300";
/** Accents on one character beyond this are thrown away. */
const MAX_CELL_CHARS = 32;

const HAS_CONTROL = /[\r\b\x1b\x9b]/;
const SGR = /(?:\x1b\[|\x9b)([\d:;]*)m/g;
const UNFINISHED =
  /(?:(?:\x1b\[|\x9b)[0-?]*[ -/]*|\x1b[ -/]*|\x1b[\]PX^_][^\x07\x1b\x9c]*\x1b?|(?<!\r)\r+)$/;
/** 1 and 2: a control sequence; 3: save and restore; then what is not seen; 4: text; 5: a control character. */
const PARTS = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)([0-?]*)[ -/]*([@-~])`,
    String.raw`\x1b([78])`,
    String.raw`\x1b[\]PX^_][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)`,
    String.raw`\x1b[ -/]*[0-~]`,
    String.raw`([^\x00-\x1f\x7f-\x9f]+)`,
    String.raw`([^])`,
  ].join("|"),
  "g",
);

/** A place on the line; the second cell of a wide character has no text. */
interface Cell {
  readonly text: string;
  readonly style: SgrStyle;
}

const BLANK: Cell = { text: " ", style: PLAIN_STYLE };

/**
 * One line of a terminal, as wide as need be: takes what a job writes, in whatever pieces, and knows what is seen of it
 * in the end. `12%\r13%` is `13%`; so are backspaces, moves to the side, and what is erased. As long as nothing goes
 * back, the text is that which was written.
 */
export class TerminalLine {
  readonly #maxCells: number;
  /** What was written, as long as nothing went back. */
  #text = "";
  #hiddenChars = 0;
  /** What is seen, once something went back. */
  #cells: Cell[] | undefined;
  #column = 0;
  #savedColumn = 0;
  /** Where the last character stands as long as the next may still belong to it, such as an accent. */
  #last: number | undefined;
  /** Behind the last column that was ever written to. */
  #end = 0;
  /** The beginning of a sequence whose end has not come, or returns that may belong to a line feed. */
  #held = "";
  #firstStyle: SgrStyle = PLAIN_STYLE;
  #style: SgrStyle = PLAIN_STYLE;

  /** Keeps no more than `maxCells` of a line, however long it is. */
  constructor(maxCells: number) {
    this.#maxCells = maxCells;
  }

  /** Writes text without line feeds. */
  write(text: string): void {
    let all = this.#held + text;
    this.#held = "";
    if (HAS_CONTROL.test(all)) {
      const held = UNFINISHED.exec(all)?.[0] ?? "";
      if (held.length <= MAX_SEQUENCE) {
        this.#held = held;
        all = all.slice(0, all.length - held.length);
      }
      if (this.#cells === undefined && movesCursor(all)) {
        const before = this.#text;
        [this.#text, this.#cells, this.#style] = ["", [], this.#firstStyle];
        this.#draw(before);
        // What was hidden took as many cells.
        if (this.#hiddenChars > 0) this.#column = this.#end += this.#hiddenChars;
      }
    }
    if (this.#cells === undefined) this.#append(all);
    else this.#draw(all);
  }

  /** Whether something went back: then what is written next may change all of what is seen. */
  get hasMoved(): boolean {
    return this.#cells !== undefined;
  }

  /** What is seen, with its colours as SGR; it begins in the style that the line before ended with. */
  get text(): string {
    return this.#cells === undefined ? this.#text : this.#render(this.#cells);
  }

  /** How many cells at its end are left out because the line is too long to show. */
  get hidden(): number {
    return this.#cells === undefined ? this.#hiddenChars : Math.max(0, this.#end - this.#maxCells);
  }

  /** Begins the next line, in the style that is on. */
  clear(): void {
    this.#firstStyle = this.#style;
    this.#text = this.#held = "";
    this.#cells = this.#last = undefined;
    this.#hiddenChars =
      this.#column =
      this.#savedColumn =
      this.#end =
        0;
  }

  #append(text: string): void {
    const room = this.#maxCells - this.#text.length;
    this.#text += text.length <= room ? text : text.slice(0, room);
    this.#hiddenChars += Math.max(0, text.length - room);
    if (!text.includes("\x1b") && !text.includes("\x9b")) return;
    for (const [, codes] of text.matchAll(SGR)) this.#style = applySgr(this.#style, codes!);
  }

  #draw(text: string): void {
    for (const [, codes, final, cursor, chars, control] of text.matchAll(PARTS)) {
      if (chars !== undefined) {
        this.#put(chars);
        continue;
      }
      this.#last = undefined;
      if (final === "m") this.#style = applySgr(this.#style, codes!);
      else if (final !== undefined) this.#control(final, codes!);
      else if (cursor === "7") this.#savedColumn = this.#column;
      else if (cursor === "8") this.#column = this.#savedColumn;
      else if (control !== undefined) this.#controlCharacter(control);
    }
  }

  #controlCharacter(control: string): void {
    if (control === "\r") this.#column = 0;
    else if (control === "\b") this.#column = Math.max(0, this.#column - 1);
    else if (control === "\t") this.#column += TAB_CELLS - this.#column % TAB_CELLS;
    // Nothing that a terminal would show: whoever shows the line decides what to make of it.
    else this.#putCell(control, 1);
  }

  #control(final: string, codes: string): void {
    const [first, second] = codes.split(";").map((word) => Number.parseInt(word, 10) || 0);
    const count = Math.max(1, first!);
    switch (final) {
      case "C":
        return this.#moveTo(this.#column + count);
      case "D":
        return this.#moveTo(this.#column - count);
      case "G":
      case "`":
        return this.#moveTo(count - 1);
      case "H":
      case "f":
        return this.#moveTo((second || 1) - 1);
      case "K":
        return this.#erase(first!);
      case "J":
        // What clears the whole screen is a new beginning there; here it would take away what was said.
        return first === 0 ? this.#erase(0) : undefined;
      case "X":
        return this.#blank(this.#column, this.#column + count);
      case "P":
        return this.#shift(count, 0);
      case "@":
        return this.#shift(0, count);
      case "s":
        this.#savedColumn = this.#column;
        return;
      case "u":
        return this.#moveTo(this.#savedColumn);
    }
  }

  #moveTo(column: number): void {
    this.#column = Math.max(0, Math.min(column, this.#maxCells));
  }

  /** 0: from the cursor to the end; 1: from the beginning to the cursor; 2: all. */
  #erase(what: number): void {
    const cells = this.#cells!;
    if (what === 1) return this.#blank(0, this.#column + 1);
    this.#end = what === 0 ? Math.min(this.#end, this.#column) : 0;
    if (this.#end >= cells.length) return;
    if (this.#end > 0) this.#breakWide(this.#end);
    cells.length = this.#end;
  }

  #blank(from: number, to: number): void {
    const cells = this.#cells!;
    const end = Math.min(to, cells.length);
    if (from >= end) return;
    this.#breakWide(from);
    this.#breakWide(end);
    cells.fill(BLANK, from, end);
  }

  /** At the cursor: takes cells out, or puts blank ones in; what is behind moves along. */
  #shift(taken: number, added: number): void {
    const cells = this.#cells!;
    if (this.#column >= cells.length) return;
    this.#breakWide(this.#column);
    this.#breakWide(this.#column + taken);
    const room = Math.min(added, this.#maxCells - this.#column);
    cells.splice(this.#column, taken, ...new Array<Cell>(room).fill(BLANK));
    if (cells.length > this.#maxCells) cells.length = this.#maxCells;
    this.#end = cells.length;
  }

  #put(chars: string): void {
    const last = this.#last === undefined ? undefined : this.#cells![this.#last];
    const isJoined = last !== undefined && chars >= FIRST_JOINING &&
      last.text.length < MAX_CELL_CHARS;
    if (isJoined) this.#column = this.#last!;
    for (const grapheme of graphemesOf(isJoined ? last.text + chars : chars)) {
      this.#putCell(grapheme, textWidth(grapheme));
    }
  }

  #putCell(text: string, width: number): void {
    const cells = this.#cells!;
    const at = this.#column;
    if (width === 0) {
      const before = cells[at - 1];
      if (before && before.text !== "" && before.text.length < MAX_CELL_CHARS) {
        cells[at - 1] = { ...before, text: before.text + text };
      }
      return;
    }
    this.#column += width;
    this.#end = Math.max(this.#end, this.#column);
    this.#last = undefined;
    if (this.#column > this.#maxCells) return;
    while (cells.length < at) cells.push(BLANK);
    this.#breakWide(at);
    this.#breakWide(at + width);
    cells[at] = { text, style: this.#style };
    this.#last = at;
    for (let next = at + 1; next < at + width; next++) {
      cells[next] = { text: "", style: this.#style };
    }
  }

  /** A wide character that stands on both sides of `column` is about to lose a half: the other goes, too. */
  #breakWide(column: number): void {
    const cells = this.#cells!;
    if (column <= 0 || cells[column]?.text !== "") return;
    let start = column;
    while (start > 0 && cells[start]!.text === "") start--;
    let end = column;
    while (cells[end]?.text === "") end++;
    cells.fill(BLANK, start, end);
  }

  #render(cells: readonly Cell[]): string {
    let length = cells.length;
    while (length > 0 && cells[length - 1] === BLANK) length--;
    let written = this.#firstStyle;
    let text = "";
    const dress = (style: SgrStyle) => {
      if (!isSameStyle(style, written)) text += encodeStyle(style);
      written = style;
    };
    for (let at = 0; at < length; at++) {
      dress(cells[at]!.style);
      text += cells[at]!.text;
    }
    dress(this.#style);
    return text;
  }
}
