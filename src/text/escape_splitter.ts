const BEL = 0x07;
const CAN = 0x18;
const SUB = 0x1a;
const ESC = 0x1b;
const BACKSLASH = 0x5c;

/** A sequence that has not come to its end after so many bytes is none; pictures come in long ones. */
const MOST_BYTES = 1024 * 1024;

/** The final bytes of what writes in other colours, goes elsewhere in its line or column, and makes and takes room. */
const DRAWING = new Set(Array.from("mABCDEFGHKLMPXZISTabdef@`", (each) => each.charCodeAt(0)));
const BRACKET = 0x5b;
const ZERO = 0x30;
const ONE = 0x31;
const LETTER_H = 0x48;
const SEMICOLON = 0x3b;

/**
 * A piece of what a program writes to a terminal: text, with control characters and with those escape sequences in it
 * that only draw, which are most; or one other escape sequence by its introducer: `csi` is `ESC [ … x`, `osc` `ESC ] … BEL`, `dcs` `ESC P … ESC \`, `string` what is of no use to us
 * (APC, PM, SOS), and `esc` everything else.
 */
export interface TerminalPiece {
  readonly kind: "text" | "csi" | "osc" | "dcs" | "string" | "esc";
  readonly bytes: Uint8Array;
}

type SequenceKind = Exclude<TerminalPiece["kind"], "text">;

/** What comes behind ESC, of sequences that have more than one byte behind it. */
const KINDS: Readonly<Record<string, SequenceKind>> = {
  "[": "csi",
  "]": "osc",
  "P": "dcs",
  "X": "string",
  "^": "string",
  "_": "string",
};

/** Takes apart what a program writes to a terminal, in whatever chunks it comes; the pieces of all are all of it. */
export class EscapeSplitter {
  /** The beginning of a sequence. */
  #held = new Uint8Array(0);
  /** Up to where `#held` is known to contain no end. */
  #searched = 0;

  /** The beginning of a sequence whose end has not come yet. */
  get held(): Uint8Array {
    return this.#held;
  }

  /** The pieces that are whole by now; the bytes of text are the caller's own. */
  push(chunk: Uint8Array): TerminalPiece[] {
    const bytes = this.#held.length === 0 ? chunk : concat(this.#held, chunk);
    const pieces: TerminalPiece[] = [];
    let at = 0;
    let searched = this.#searched;
    this.#held = new Uint8Array(0);
    this.#searched = 0;
    for (let text = 0; at < bytes.length;) {
      const start = bytes.indexOf(ESC, at);
      const end = start < 0 ? undefined : endOf(bytes, start, Math.max(start + 2, searched));
      const isUnfinished = start >= 0 && end === undefined && bytes.length - start < MOST_BYTES;
      if (end !== undefined && isDrawing(bytes, start, end)) {
        at = end;
        if (at < bytes.length) continue;
      }
      const isText = start < 0 || at === bytes.length || (end === undefined && !isUnfinished);
      const textEnd = isText ? bytes.length : start;
      if (textEnd > text) pieces.push({ kind: "text", bytes: bytes.subarray(text, textEnd) });
      if (isText) return pieces;
      if (end === undefined) {
        this.#held = bytes.slice(start);
        // The ESC of an end may be the last byte.
        this.#searched = Math.max(2, this.#held.length - 1);
        return pieces;
      }
      pieces.push({ kind: kindAt(bytes, start), bytes: bytes.subarray(start, end) });
      text = at = end;
      searched = 0;
    }
    return pieces;
  }
}

/** Whether a sequence is one that belongs to the text: none with a mark of its own, as modes and questions have. */
function isDrawing(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start + 1] !== BRACKET || !DRAWING.has(bytes[end - 1]!)) return false;
  if (isHome(bytes, start, end)) return false;
  for (let at = start + 2; at < end - 1; at++) {
    const byte = bytes[at]!;
    // Digits, colon and semicolon stand side by side.
    if (byte < ZERO || byte > SEMICOLON) return false;
  }
  return true;
}

/** `ESC [ H` or `ESC [ 1 ; 1 H`, with which a screen may be begun anew. */
function isHome(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[end - 1] !== LETTER_H) return false;
  if (end - start === 3) return true;
  return end - start === 6 && bytes[start + 2] === ONE && bytes[start + 3] === SEMICOLON &&
    bytes[start + 4] === ONE;
}

function kindAt(bytes: Uint8Array, at: number): SequenceKind {
  return KINDS[String.fromCharCode(bytes[at + 1] ?? 0)] ?? "esc";
}

/** Behind the sequence that begins at `start`; undefined when its end has not come. */
function endOf(bytes: Uint8Array, start: number, from: number): number | undefined {
  if (start + 1 >= bytes.length) return undefined;
  const kind = kindAt(bytes, start);
  if (kind === "esc") return endOfShort(bytes, start + 1);
  if (kind === "csi") return endOfCsi(bytes, from);
  return endOfString(bytes, from, kind === "osc");
}

/** `ESC ( B`: intermediate bytes, and one that is none. */
function endOfShort(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === ESC || byte > 0x7e) return at;
    if (byte < 0x20 || byte > 0x2f) return at + 1;
  }
  return undefined;
}

/** Up to the final byte, or to what cannot be in one. */
function endOfCsi(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === ESC || byte > 0x7e) return at;
    if (byte >= 0x40 || byte === CAN || byte === SUB) return at + 1;
  }
  return undefined;
}

/** Up to ST, for an OSC also BEL; another sequence ends it too. */
function endOfString(bytes: Uint8Array, from: number, endsWithBell: boolean): number | undefined {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === CAN || byte === SUB || (byte === BEL && endsWithBell)) return at + 1;
    if (byte !== ESC) continue;
    if (at + 1 >= bytes.length) return undefined;
    return bytes[at + 1] === BACKSLASH ? at + 2 : at;
  }
  return undefined;
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
