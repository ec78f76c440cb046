import { StreamReader } from "../logs/stream_reader.ts";

/** How many lines were counted, and whether that is all there are. */
export interface LineCount {
  readonly lines: number;
  readonly isAll: boolean;
}

/** So much is looked at in one go, or the screen would stand still. */
const MOST_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** Counts the lines that are written to a stream while nobody reads it. */
export class LineCounter {
  readonly #path: string;
  readonly #buffer = new Uint8Array(CHUNK_BYTES);
  #offset: number;
  #lines = 0;
  #missed = false;

  constructor(path: string, from: number) {
    this.#path = path;
    this.#offset = from;
  }

  /** The lines from the beginning up to now; not all, where they come too fast or were cut off. */
  count(): LineCount {
    using reader = StreamReader.open(this.#path);
    if (reader === undefined) return { lines: this.#lines, isAll: true };
    for (let bytes = 0; bytes < MOST_BYTES; bytes += CHUNK_BYTES) {
      const chunk = reader.read(this.#offset, this.#buffer);
      if (chunk.offset > this.#offset) this.#missed = true;
      this.#offset = chunk.offset + chunk.bytes.length;
      this.#lines += countNewlines(chunk.bytes);
      if (chunk.bytes.length < CHUNK_BYTES) return { lines: this.#lines, isAll: !this.#missed };
    }
    return { lines: this.#lines, isAll: false };
  }
}

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
