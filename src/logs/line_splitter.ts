/**
 * How a line or a piece of one ends: with the line (also with one that will get no newline), or, where more of the line
 * follows, because it is longer than what is held at once (`piece`) or because what follows is not there yet (`pause`).
 */
export type LineEnd = "line" | "piece" | "pause";

/** Whole lines, or a piece of one. */
export interface LinePiece {
  /** Where it begins in the stream. */
  offset: number;
  /** With the newlines, where there are any. */
  bytes: Uint8Array;
  /** Whether it begins a line; false for the further pieces of one. */
  startsLine: boolean;
  end: LineEnd;
}

/** A longer line comes in pieces. */
const MAX_PIECE_BYTES = 64 * 1024;

const NEWLINE = 0x0a;

/**
 * Cuts a stream into lines, whatever chunks it arrives in. Holds at most one piece, and never cuts inside a UTF-8
 * character, so that every piece can be decoded by itself.
 */
export class LineSplitter {
  readonly #held: Uint8Array;
  #heldLength = 0;
  #offset = 0;
  #startsLine = true;

  constructor(maxPieceBytes: number = MAX_PIECE_BYTES) {
    this.#held = new Uint8Array(maxPieceBytes);
  }

  /**
   * What `chunk`, which is at `offset` in the stream, completes: whole lines together, for most who read lines do not
   * look at each. They may be parts of `chunk`.
   */
  push(chunk: Uint8Array, offset: number): LinePiece[] {
    const pieces: LinePiece[] = [];
    let start = 0;
    while (start < chunk.length) {
      const whole = this.#heldLength > 0 ? start : this.#endOfLines(chunk, start);
      if (whole > start) {
        pieces.push(this.#piece(chunk.subarray(start, whole), offset + start, "line"));
        start = whole;
        continue;
      }
      const newline = chunk.indexOf(NEWLINE, start);
      const end = newline < 0 ? chunk.length : newline + 1;
      if (this.#heldLength === 0) this.#offset = offset + start;
      const taken = Math.min(end - start, this.#held.length - this.#heldLength);
      this.#held.set(chunk.subarray(start, start + taken), this.#heldLength);
      this.#heldLength += taken;
      start += taken;
      if (start === end && newline >= 0) pieces.push(this.#takePiece(this.#heldLength, "line"));
      else if (this.#heldLength === this.#held.length) {
        pieces.push(this.#takePiece(wholeCharacters(this.#held), "piece"));
      }
    }
    return pieces;
  }

  /** What is held of a line that has no end. */
  flush(): LinePiece[] {
    return this.#heldLength === 0 ? [] : [this.#takePiece(this.#heldLength, "line")];
  }

  /** What is held of a line whose end may still come; half a character stays. */
  pause(): LinePiece[] {
    const length = wholeCharacters(this.#held.subarray(0, this.#heldLength), 0);
    return length === 0 ? [] : [this.#takePiece(length, "pause")];
  }

  /** What comes first goes on with a line that has begun before. */
  startInLine(): void {
    this.#startsLine = false;
  }

  /** Whether something is held. */
  get isHolding(): boolean {
    return this.#heldLength > 0;
  }

  /** Behind the whole lines that begin at `start`, none of which is too long; the rest of a line stands alone. */
  #endOfLines(chunk: Uint8Array, start: number): number {
    const isShort = chunk.length - start <= this.#held.length;
    if (isShort && this.#startsLine) return Math.max(start, chunk.lastIndexOf(NEWLINE) + 1);
    const end = chunk.indexOf(NEWLINE, start) + 1;
    return end - start <= this.#held.length ? Math.max(start, end) : start;
  }

  #piece(bytes: Uint8Array, offset: number, end: LineEnd): LinePiece {
    const startsLine = this.#startsLine;
    this.#startsLine = end === "line";
    return { offset, bytes, startsLine, end };
  }

  #takePiece(length: number, end: LineEnd): LinePiece {
    const piece = this.#piece(this.#held.slice(0, length), this.#offset, end);
    this.#held.copyWithin(0, length, this.#heldLength);
    this.#heldLength -= length;
    this.#offset += length;
    return piece;
  }
}

/** How many of the bytes, and at least so many, can be taken without half a character; all, where it is not UTF-8. */
export function wholeCharacters(bytes: Uint8Array, least = 1): number {
  for (let back = 1; back <= Math.min(3, bytes.length - least); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Each line by itself. */
export function* eachLine<Piece extends LinePiece>(
  piece: Piece,
): Generator<Piece, void, undefined> {
  const { bytes, offset } = piece;
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE) + 1; end > 0 && end < bytes.length;) {
    yield { ...piece, offset: offset + start, bytes: bytes.subarray(start, end) };
    start = end;
    end = bytes.indexOf(NEWLINE, start) + 1;
  }
  yield start === 0 ? piece : { ...piece, offset: offset + start, bytes: bytes.subarray(start) };
}
