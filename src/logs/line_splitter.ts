/** A line, or a piece of one that is longer than what is held at once. */
export interface LinePiece {
  /** Where it begins in the stream. */
  offset: number;
  /** With the newline, where there is one. */
  bytes: Uint8Array;
  /** Whether it begins a line. */
  startsLine: boolean;
}

/** A longer line comes in pieces. */
export const MAX_PIECE_BYTES = 64 * 1024;

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

  /** The pieces that `chunk`, which is at `offset` in the stream, completes. They may be parts of `chunk`. */
  push(chunk: Uint8Array, offset: number): LinePiece[] {
    const pieces: LinePiece[] = [];
    let start = 0;
    while (start < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, start);
      const end = newline < 0 ? chunk.length : newline + 1;
      if (this.#heldLength === 0 && newline >= 0 && end - start <= this.#held.length) {
        pieces.push(this.#piece(chunk.subarray(start, end), offset + start));
        start = end;
        continue;
      }
      if (this.#heldLength === 0) this.#offset = offset + start;
      const taken = Math.min(end - start, this.#held.length - this.#heldLength);
      this.#held.set(chunk.subarray(start, start + taken), this.#heldLength);
      this.#heldLength += taken;
      start += taken;
      if (start === end && newline >= 0) pieces.push(this.#takePiece(this.#heldLength));
      else if (this.#heldLength === this.#held.length) {
        pieces.push(this.#takePiece(wholeCharacters(this.#held)));
      }
    }
    return pieces;
  }

  /** What is held of a line that has no end (yet). */
  flush(): LinePiece[] {
    return this.#heldLength === 0 ? [] : [this.#takePiece(this.#heldLength)];
  }

  /** Whether a line has begun and not ended. */
  get isInsideLine(): boolean {
    return this.#heldLength > 0 || !this.#startsLine;
  }

  #piece(bytes: Uint8Array, offset: number): LinePiece {
    const piece = { offset, bytes, startsLine: this.#startsLine };
    this.#startsLine = bytes[bytes.length - 1] === NEWLINE;
    return piece;
  }

  #takePiece(length: number): LinePiece {
    const piece = this.#piece(this.#held.slice(0, length), this.#offset);
    this.#held.copyWithin(0, length, this.#heldLength);
    this.#heldLength -= length;
    this.#offset += length;
    return piece;
  }
}

/** How many of the bytes can be taken without leaving half a character; all, where it is not UTF-8. */
export function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length - 1); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
