import { wholeCharacters } from "./line_splitter.ts";

/** How much of output is shown at most; without a number, as much as there is. */
export interface OutputBudget {
  readonly maxLines?: number | undefined;
  readonly maxBytes?: number | undefined;
}

/** Output that belongs together: whole lines, or a part of one. */
export interface OutputPiece<Tag> {
  readonly bytes: Uint8Array;
  /** Whose it is, and where it was. */
  readonly tag: Tag;
  /** How many bytes of what was pushed with the tag come before. */
  readonly skipped: number;
}

/** How much was left out. A line that is shown in part counts. */
export interface Omission {
  readonly lines: number;
  readonly bytes: number;
}

/** A piece that is kept as long as it may be among the last. */
interface HeldPiece<Tag> extends OutputPiece<Tag> {
  readonly lines: number;
}

const NEWLINE = 0x0a;
/** Of a line so much is kept where only lines are counted: nobody's memory is for a line without an end. */
const MAX_LINE_BYTES = 64 * 1024;

/**
 * Leaves out the middle of output that is longer than its budget: a quarter of it is for the beginning, which is given
 * out at once, the rest for the end. Cuts between lines; in a line only where that alone is too long. Holds no more
 * than the budget and one piece.
 */
export class MiddleCut<Tag> {
  readonly #most: Required<{ [Limit in keyof OutputBudget]: number }>;
  readonly #onOmit: (piece: OutputPiece<Tag>) => void;
  #head: { lines: number; bytes: number };
  #isHeadOpen = true;
  #isAtLineStart = true;
  #shown = { lines: 0, bytes: 0 };
  #held: HeldPiece<Tag>[] = [];
  /** Where the first is that is still held; what comes before is taken away now and then. */
  #first = 0;
  #kept = { lines: 0, bytes: 0 };
  #omitted = { lines: 0, bytes: 0 };
  #endsInLine = false;

  /** `onOmit` is called for all that is left out, in its order. */
  constructor(budget: OutputBudget, onOmit: (piece: OutputPiece<Tag>) => void = () => {}) {
    const maxLines = budget.maxLines ?? Infinity;
    this.#most = { maxLines, maxBytes: budget.maxBytes ?? maxLines * MAX_LINE_BYTES };
    this.#onOmit = onOmit;
    const { maxBytes } = this.#most;
    this.#head = { lines: headOf(maxLines), bytes: headOf(maxBytes) };
  }

  /**
   * Takes what comes next; returns how many of its bytes, from the first, are to be shown now. The bytes are the
   * caller's again then, unless they are given away.
   */
  push(bytes: Uint8Array, tag: Tag, { isGiven = false } = {}): number {
    const shown = this.#isHeadOpen ? this.#takeHead(bytes) : 0;
    if (shown < bytes.length) {
      const rest = isGiven ? bytes.subarray(shown) : bytes.slice(shown);
      this.#hold({ bytes: rest, tag, skipped: shown });
    }
    return shown;
  }

  /**
   * The end of the output, after what was left out is known. Where something is, `reserved` of the budget is for those
   * who tell of it.
   */
  end(reserved: { lines: number; bytes: number } = { lines: 0, bytes: 0 }): OutputPiece<Tag>[] {
    const { maxLines, maxBytes } = this.#most;
    const room = { lines: maxLines - this.#shown.lines, bytes: maxBytes - this.#shown.bytes };
    const isTooMuch = this.#omitted.bytes > 0 || this.#lineCount() > room.lines ||
      this.#kept.bytes > room.bytes;
    if (isTooMuch) {
      this.#trim({ lines: room.lines - reserved.lines, bytes: room.bytes - reserved.bytes });
    }
    return this.#held.slice(this.#first);
  }

  /** What was left out; known after `end()`. */
  get omitted(): Omission {
    const { lines, bytes } = this.#omitted;
    return { lines: lines + (this.#endsInLine ? 1 : 0), bytes };
  }

  #takeHead(bytes: Uint8Array): number {
    const { lines, bytes: most } = this.#head;
    let [taken, count] = [0, 0];
    const room = most - this.#shown.bytes;
    while (this.#shown.lines + count < lines && taken < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, taken);
      const end = newline < 0 ? bytes.length : newline + 1;
      if (end > room) break;
      taken = end;
      if (newline >= 0) count++;
    }
    const isOver = taken < bytes.length;
    // A first line that is too long is shown in part.
    const isLong = isOver && taken === 0 && this.#shown.bytes === 0 && lines > 0 && room > 0;
    if (isLong) taken = cutBefore(bytes, Math.min(room, bytes.length));
    this.#isHeadOpen = !isOver;
    this.#shown.lines += count;
    this.#shown.bytes += taken;
    if (taken > 0) this.#isAtLineStart = bytes[taken - 1] === NEWLINE;
    return taken;
  }

  /** Whether what is shown of the beginning ends with a line. */
  get isHeadWhole(): boolean {
    return this.#isAtLineStart;
  }

  #hold(piece: OutputPiece<Tag>): void {
    const held = { ...piece, lines: countLines(piece.bytes) };
    this.#held.push(held);
    this.#kept.lines += held.lines;
    this.#kept.bytes += held.bytes.length;
    const { maxLines, maxBytes } = this.#most;
    const room = { lines: maxLines - this.#shown.lines, bytes: maxBytes - this.#shown.bytes };
    while (this.#first < this.#held.length - 1) {
      const { lines, bytes } = this.#held[this.#first]!;
      const isNeeded = this.#kept.lines - lines < room.lines &&
        this.#kept.bytes - bytes.length < room.bytes;
      if (isNeeded) break;
      this.#omitFirst();
    }
    if (this.#first > 1_000 && this.#first * 2 > this.#held.length) {
      this.#held = this.#held.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Leaves out what does not fit into `room`, and of the line that this would end in the rest, too. */
  #trim(room: { lines: number; bytes: number }): void {
    let lines = this.#lineCount() - Math.max(0, room.lines);
    while (lines > 0 && this.#first < this.#held.length) {
      const first = this.#held[this.#first]!;
      const count = Math.min(lines, first.lines);
      this.#omitFirst(count > 0 ? behindLines(first.bytes, count) : undefined);
      lines -= count;
    }
    let bytes = this.#kept.bytes - Math.max(0, room.bytes);
    while (bytes > 0 && this.#first < this.#held.length) {
      const first = this.#held[this.#first]!;
      this.#omitFirst(cutBehind(first.bytes, bytes));
      bytes -= first.bytes.length;
    }
    if (this.#endsInLine) this.#omitRestOfLine();
  }

  /** Unless it is the last line, of which the end is better than nothing. */
  #omitRestOfLine(): void {
    const at = this.#held.findIndex(({ lines }, index) => index >= this.#first && lines > 0);
    if (at < 0) return;
    const end = this.#held[at]!.bytes.indexOf(NEWLINE) + 1;
    if (at === this.#held.length - 1 && end === this.#held[at]!.bytes.length) return;
    while (this.#first < at) this.#omitFirst();
    this.#omitFirst(end);
  }

  /** Lines with one that has no newline yet. */
  #lineCount(): number {
    const last = this.#held.at(-1);
    return this.#kept.lines + (last && last.bytes.at(-1) !== NEWLINE ? 1 : 0);
  }

  #omitFirst(count?: number): void {
    const { bytes, tag, skipped, lines } = this.#held[this.#first]!;
    const end = Math.min(count ?? bytes.length, bytes.length);
    if (end === 0) return;
    const omitted = bytes.subarray(0, end);
    const omittedLines = end === bytes.length ? lines : countLines(omitted);
    this.#onOmit({ bytes: omitted, tag, skipped });
    this.#omitted.lines += omittedLines;
    this.#omitted.bytes += end;
    this.#endsInLine = omitted.at(-1) !== NEWLINE;
    this.#kept.lines -= omittedLines;
    this.#kept.bytes -= end;
    if (end === bytes.length) this.#first++;
    else {
      this.#held[this.#first] = {
        bytes: bytes.subarray(end),
        tag,
        skipped: skipped + end,
        lines: lines - omittedLines,
      };
    }
  }
}

function headOf(most: number): number {
  return most < 2 ? 0 : Math.max(1, Math.floor(most / 4));
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Behind so many newlines. */
function behindLines(bytes: Uint8Array, count: number): number {
  let at = 0;
  for (let line = 0; line < count; line++) at = bytes.indexOf(NEWLINE, at) + 1;
  return at;
}

/** The end of the last whole character within `most` bytes. */
function cutBefore(bytes: Uint8Array, most: number): number {
  return most === bytes.length ? most : wholeCharacters(bytes.subarray(0, most), 0);
}

/** The beginning of the first character from `least` on. */
function cutBehind(bytes: Uint8Array, least: number): number {
  let at = Math.min(least, bytes.length);
  while (at < Math.min(bytes.length, least + 3) && (bytes[at]! & 0xc0) === 0x80) at++;
  return at;
}
