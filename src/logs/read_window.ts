import type { StreamChunk, StreamReader } from "./stream_reader.ts";

/** What one read takes. */
export const CHUNK_BYTES = 64 * 1024;
/** What is remembered of what was read, at least, as far as there was so much. */
const HISTORY_BYTES = 32 * 1024;
const BUFFER_BYTES = 256 * 1024;
/** So many bytes before the next are read again with it: they tell whether the file is still what was read. */
const SEAL_BYTES = 256;
/** So many bytes at one place are not the same by chance; at the beginning, where programs say the same again, so many. */
const SURELY_SAME_BYTES = 16;
const SURELY_SAME_FIRST_BYTES = 256;
const NEWLINE = 0x0a;

/**
 * Reads a stream from one end to the other, and notices when others have shortened the file meanwhile, however far it
 * has grown again: by the bytes before the next, which each read brings along at hardly any cost.
 */
export class ReadWindow {
  readonly #reader: StreamReader;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  readonly #seal = new Uint8Array(SEAL_BYTES);
  /** Where in the buffer the last bytes are that were read. */
  #start = 0;
  #end = 0;
  #offset: number;

  constructor(reader: StreamReader, offset: number) {
    this.#reader = reader;
    this.#offset = offset;
  }

  /** The stream that is read. */
  get reader(): StreamReader {
    return this.#reader;
  }

  /** Where the next byte is. */
  get offset(): number {
    return this.#offset;
  }

  /**
   * The next bytes, none at the end; they are the caller's until the next call. Undefined when what was read before is
   * not in the file any more: then `recover()` finds where to go on.
   */
  read(mostBytes: number = CHUNK_BYTES): StreamChunk | undefined {
    this.#makeRoom();
    const sealed = this.#sealedBytes;
    const start = this.#end - sealed;
    const from = this.#offset - sealed;
    const room = this.#buffer.subarray(start, this.#end + Math.min(mostBytes, CHUNK_BYTES));
    const { bytes, offset } = this.#reader.read(from, room);
    const overlap = Math.max(0, this.#offset - offset);
    if (!this.#isSame(bytes, overlap)) {
      this.#buffer.set(this.#seal.subarray(0, sealed), start);
      return undefined;
    }
    if (offset > from) this.#start = start;
    this.#end = start + bytes.length;
    this.#offset = offset + bytes.length;
    if (bytes.length > overlap) this.#setSeal();
    return { offset: offset + overlap, bytes: bytes.subarray(overlap) };
  }

  /**
   * Where the file begins to be another than was read, as far as can be told, or its beginning; reading goes on there.
   * A line of which only a part is new comes as a whole.
   */
  recover(): number {
    const from = this.#offset - (this.#end - this.#start);
    const now = this.#reader.read(from, new Uint8Array(this.#end - this.#start));
    // What was cut off meanwhile is not compared.
    this.#start += Math.min(now.offset - from, this.#end - this.#start);
    const history = this.#buffer.subarray(this.#start, this.#end);
    const same = sameLength(history, now.bytes);
    // All that is there was read before: it was shortened, and nothing has come since.
    const isAll = same === now.bytes.length;
    const isFirst = this.#reader.isAtBeginning(now.offset);
    const isSure = same >= (isFirst ? SURELY_SAME_FIRST_BYTES : SURELY_SAME_BYTES);
    const kept = isAll ? same : isSure ? lineStart(history, same) : 0;
    this.#offset = kept > 0 ? now.offset + kept : this.#reader.restart();
    this.#end = this.#start + kept;
    this.#setSeal();
    return this.#offset;
  }

  get #sealedBytes(): number {
    return Math.min(SEAL_BYTES, this.#end - this.#start);
  }

  #setSeal(): void {
    this.#seal.set(this.#buffer.subarray(this.#end - this.#sealedBytes, this.#end));
  }

  /** Whether bytes begin with the last `count` of what was read; where nothing was, whether there may be something. */
  #isSame(bytes: Uint8Array, count: number): boolean {
    if (bytes.length < count) return false;
    if (count === 0) return bytes.length > 0 || this.#reader.range().end >= this.#offset;
    const skipped = this.#sealedBytes - count;
    for (let at = 0; at < count; at++) if (bytes[at] !== this.#seal[skipped + at]) return false;
    return true;
  }

  #makeRoom(): void {
    if (this.#end + CHUNK_BYTES <= BUFFER_BYTES) return;
    const kept = Math.min(HISTORY_BYTES, this.#end - this.#start);
    this.#buffer.copyWithin(0, this.#end - kept, this.#end);
    [this.#start, this.#end] = [0, kept];
  }
}

function sameLength(a: Uint8Array, b: Uint8Array): number {
  const most = Math.min(a.length, b.length);
  for (let at = 0; at < most; at++) if (a[at] !== b[at]) return at;
  return most;
}

/** Behind the last newline before `end`. */
function lineStart(bytes: Uint8Array, end: number): number {
  return end === 0 ? 0 : bytes.lastIndexOf(NEWLINE, end - 1) + 1;
}
