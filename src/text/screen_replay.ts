import { EscapeSplitter, type TerminalPiece } from "./escape_splitter.ts";
import { isReplayable, toReplayableText } from "./is_replayable.ts";
import { TerminalModes } from "./terminal_modes.ts";

const NEWLINE = 0x0a;
/** What is kept of a screen at most; a screen of which every cell has a colour of its own takes a quarter of it. */
const MOST_BYTES = 256 * 1024;

/** `ESC [ 1 ; 1 H` */
const LONGEST_CLEAR = 6;

const latin1 = new TextDecoder("latin1");
const encoder = new TextEncoder();

/** A terminal that shows what another one did. */
export interface Replayed {
  /** To be written to a terminal that is set as terminals are by themselves. */
  readonly bytes: Uint8Array;
  /** How it is set then. */
  readonly modes: TerminalModes;
}

/**
 * Makes of all that a program has written what shows how its screen is now, and does nothing else: of the ordinary
 * screen the last lines, of the alternate screen (vim, less, htop) what was drawn since it was cleared, and of the
 * alternate screens that it has left nothing.
 */
export class ScreenReplay {
  readonly #rows: number;
  readonly #splitter = new EscapeSplitter();
  readonly #modes = new TerminalModes();
  #ordinary: Drawing;
  #alternate: Drawing | undefined;
  #wasHome = false;

  /** For a terminal of so many rows. */
  constructor(rows: number) {
    this.#rows = rows;
    this.#ordinary = new Drawing(this.#modes, rows);
  }

  /** Takes what was written, in whatever chunks, which stay the caller's. */
  push(chunk: Uint8Array): void {
    for (const piece of this.#splitter.push(chunk)) this.#take(piece);
  }

  /** What has been written is passed over up to the next chunk. */
  skip(): void {
    this.#drawing.begin(this.#modes);
  }

  end(): Replayed {
    let modes = new TerminalModes();
    const parts: Uint8Array[] = [];
    for (const drawing of [this.#ordinary, ...this.#alternate ? [this.#alternate] : []]) {
      parts.push(encoder.encode(modes.changeTo(drawing.start)), ...drawing.bytes());
      modes = drawing.end();
    }
    parts.push(encoder.encode(modes.changeTo(this.#modes)), this.#splitter.held);
    return { bytes: concat(parts), modes: this.#modes.copy() };
  }

  get #drawing(): Drawing {
    return this.#alternate ?? this.#ordinary;
  }

  #take(piece: TerminalPiece): void {
    const wasAlternate = this.#modes.isAlternate;
    this.#modes.see(piece);
    const { isAlternate } = this.#modes;
    if (isAlternate && !wasAlternate) {
      this.#alternate = new Drawing(this.#modes, Infinity);
      this.#alternate.clear(this.#modes);
    } else if (!isAlternate && wasAlternate) this.#alternate = undefined;
    else if (this.#clears(piece)) this.#drawing.clear(this.#modes);
    else if (piece.kind === "text") {
      this.#drawing.add({ kind: "text", bytes: toReplayableText(piece.bytes) });
    } else if (isReplayable(piece)) this.#drawing.add(piece);
  }

  #clears({ kind, bytes }: TerminalPiece): boolean {
    const isShort = (kind === "csi" || kind === "esc") && bytes.length <= LONGEST_CLEAR;
    const text = isShort ? latin1.decode(bytes) : "";
    const isAll = text === "\x1b[2J" || text === "\x1bc" ||
      (this.#wasHome && (text === "\x1b[J" || text === "\x1b[0J"));
    this.#wasHome = text === "\x1b[H" || text === "\x1b[1;1H";
    return isAll;
  }
}

/** What was drawn on one of the screens, as far as it may still be seen. */
class Drawing {
  readonly #rows: number;
  #start: TerminalModes;
  #pieces: TerminalPiece[] = [];
  /** Those before are dropped. */
  #first = 0;
  #hasCleared = false;
  /** Whether the first piece goes on with a line whose beginning was dropped. */
  #isMidLine = false;
  #newlines = 0;
  #size = 0;

  constructor(start: TerminalModes, rows: number) {
    this.#rows = rows;
    this.#start = start.copy();
  }

  /** How the terminal is set before the first piece. */
  get start(): TerminalModes {
    return this.#start;
  }

  /** How it is set behind the last one. */
  end(): TerminalModes {
    const modes = this.#start.copy();
    for (const piece of this.#kept()) modes.see(piece);
    return modes;
  }

  bytes(): Uint8Array[] {
    const clear = this.#hasCleared ? [encoder.encode("\x1b[H\x1b[2J")] : [];
    const tooMany = this.#newlines - (this.#rows - 1);
    const kept = withoutLines(this.#kept(), Math.max(tooMany, this.#isMidLine ? 1 : 0));
    return [...clear, ...kept.map(({ bytes }) => bytes)];
  }

  begin(start: TerminalModes): void {
    this.#start = start.copy();
    this.#pieces = [];
    this.#first = 0;
    this.#hasCleared = false;
    this.#isMidLine = false;
    this.#newlines = 0;
    this.#size = 0;
  }

  clear(start: TerminalModes): void {
    this.begin(start);
    this.#hasCleared = true;
  }

  add({ kind, bytes }: TerminalPiece): void {
    const kept = kind === "text" ? lastLines(bytes, this.#rows) : bytes;
    // All of the screen, and so nothing else.
    if (kept.length < bytes.length) this.begin(this.end());
    // The bytes are only lent.
    this.#pieces.push({ kind, bytes: kept.slice() });
    this.#newlines += newlinesOf({ kind, bytes: kept });
    this.#size += kept.length;
    this.#dropFirst();
  }

  #kept(): TerminalPiece[] {
    return this.#pieces.slice(this.#first);
  }

  #dropFirst(): void {
    for (; this.#first < this.#pieces.length; this.#first++) {
      const piece = this.#pieces[this.#first]!;
      const newlines = newlinesOf(piece);
      if (this.#newlines - newlines < this.#rows && this.#size <= MOST_BYTES) break;
      this.#newlines -= newlines;
      this.#size -= piece.bytes.length;
      this.#start.see(piece);
      this.#hasCleared = false;
      if (piece.kind === "text") this.#isMidLine = piece.bytes.at(-1) !== NEWLINE;
    }
    if (this.#first * 2 <= this.#pieces.length) return;
    this.#pieces = this.#kept();
    this.#first = 0;
  }
}

/** Without the text of the first lines, where there are so many. */
function withoutLines(pieces: readonly TerminalPiece[], count: number): readonly TerminalPiece[] {
  if (count <= 0 || pieces.reduce((sum, piece) => sum + newlinesOf(piece), 0) < count) {
    return pieces;
  }
  let left = count;
  return pieces.flatMap((piece): TerminalPiece[] => {
    if (left === 0 || piece.kind !== "text") return [piece];
    let at = -1;
    while (left > 0) {
      const newline = piece.bytes.indexOf(NEWLINE, at + 1);
      if (newline < 0) return [];
      at = newline;
      left--;
    }
    return [{ kind: "text", bytes: piece.bytes.subarray(at + 1) }];
  });
}

/** As many lines from the end as a terminal has rows; all that is behind the last newline is one. */
function lastLines(bytes: Uint8Array, rows: number): Uint8Array {
  let newline = bytes.length;
  for (let left = rows; left > 0; left--) {
    // From -1 on it would be looked for from the end again.
    newline = newline === 0 ? -1 : bytes.lastIndexOf(NEWLINE, newline - 1);
    if (newline < 0) return bytes;
  }
  return bytes.subarray(newline + 1);
}

/** A sequence has none that counts. */
function newlinesOf({ kind, bytes }: TerminalPiece): number {
  if (kind !== "text") return 0;
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
