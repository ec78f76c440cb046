import { type LinePiece, LineSplitter } from "./line_splitter.ts";
import type { RunLogPaths, StreamName } from "./log_paths.ts";
import { type LogItem, type LogLines, toLogLines } from "./log_item.ts";
import { StreamReader } from "./stream_reader.ts";
import { findTail, nextLineStart } from "./tail.ts";
import type { TimeIndex, TimeSpan } from "./time_index.ts";

const NEWLINE = 0x0a;
/** What one read takes. */
export const CHUNK_BYTES = 64 * 1024;

/** Which lines of a stream are wanted. */
export interface SourceQuery {
  tail?: number | undefined;
  sinceMs?: number | undefined;
  untilMs?: number | undefined;
  /** Whether the stream is read on after its present end; then a last line without a newline may still grow. */
  isFollowed: boolean;
}

/** What one stream has of the wanted lines now; and where to go on from. */
export class LineSource implements Disposable {
  readonly stream: StreamName;
  readonly path: string;
  /** Holds the beginning of a line whose end has not been written. */
  readonly splitter = new LineSplitter();
  /** How many lines there are, counted only for a tail. */
  readonly lineCount: number = 0;
  readonly #reader: StreamReader | undefined;
  readonly #index: TimeIndex;
  readonly #query: SourceQuery;
  readonly #end: number = 0;
  /** When what the index does not know was written. */
  readonly #latestMs: number = 0;
  readonly #buffer = new Uint8Array(CHUNK_BYTES);
  #offset = 0;
  #span: TimeSpan = { timeMs: 0, end: 0 };

  constructor(paths: RunLogPaths, stream: StreamName, index: TimeIndex, query: SourceQuery) {
    this.stream = stream;
    this.path = paths[stream];
    this.#index = index;
    this.#query = query;
    this.#reader = StreamReader.open(paths[stream], paths[`${stream}Base`]);
    if (this.#reader === undefined) return;
    this.#latestMs = Math.max(index.lastTimeMs ?? 0, this.#reader.modifiedAtMs());
    const range = this.#reader.range();
    const from = this.#sinceOffset(this.#reader, range.first, range.end);
    this.#end = Math.max(from, this.#untilOffset(this.#reader, range.end));
    this.#offset = from;
    if (query.tail === undefined) return;
    const tail = findTail(this.#reader, query.tail, { first: from, end: this.#end });
    this.#offset = tail.offset;
    this.lineCount = tail.lines;
  }

  /** Where the next byte is. */
  get offset(): number {
    return this.#offset;
  }

  /** The next of the wanted lines that are there already; none at the end. They are parts of one buffer. */
  read(): LogItem[] {
    while (this.#reader !== undefined && this.#offset < this.#end) {
      const chunk = this.#reader.read(this.#offset, this.#buffer);
      const skipped = chunk.offset > this.#offset ? this.#skipTo(chunk.offset) : [];
      const bytes = chunk.bytes.subarray(0, Math.max(0, this.#end - chunk.offset));
      if (bytes.length === 0) this.#offset = Math.max(this.#offset, this.#end);
      else this.#offset += bytes.length;
      const lines = this.splitter.push(bytes, chunk.offset).flatMap((piece) => this.#dated(piece));
      if (skipped.length + lines.length > 0) return [...skipped, ...lines];
    }
    if (this.#query.isFollowed) return [];
    return this.splitter.flush().flatMap((piece) => this.#dated(piece));
  }

  /** When the byte at `offset` was written, as far as that is known by what was there at the beginning. */
  timeOf(offset: number): number | undefined {
    return offset < this.#end ? this.#timeOf(offset) : undefined;
  }

  /** Lets everything else have its turn. */
  async pause(): Promise<void> {
    await this.#reader?.pause();
  }

  [Symbol.dispose](): void {
    this.#reader?.[Symbol.dispose]();
  }

  #sinceOffset(reader: StreamReader, first: number, end: number): number {
    const { sinceMs } = this.#query;
    if (sinceMs === undefined) return first;
    if (this.#latestMs < sinceMs) return end;
    const offset = this.#index.offsetSince(this.stream, sinceMs);
    return offset <= first ? first : nextLineStart(reader, Math.min(offset, end), end);
  }

  #untilOffset(reader: StreamReader, end: number): number {
    const { untilMs } = this.#query;
    if (untilMs === undefined || untilMs >= this.#latestMs) return end;
    const offset = this.#index.offsetUntil(this.stream, untilMs);
    return nextLineStart(reader, Math.min(offset, end), end);
  }

  #skipTo(offset: number): LogItem[] {
    const rest = this.splitter.flush().flatMap((piece) => this.#dated(piece));
    this.#offset = offset;
    return [...rest, { stream: this.stream, timeMs: this.#timeOf(offset), notice: "cut" }];
  }

  /** A line was written when its first byte was. */
  #dated(piece: LinePiece): LogLines[] {
    const lines: LogLines[] = [];
    let { bytes, offset } = piece;
    for (;;) {
      const timeMs = this.#timeOf(offset);
      // The first line that begins where another time does.
      const next = bytes.indexOf(NEWLINE, Math.max(0, this.#span.end - offset - 1)) + 1;
      const isRest = this.#span.end >= offset + bytes.length || next === 0 || next === bytes.length;
      const part = isRest ? bytes : bytes.subarray(0, next);
      lines.push(toLogLines({ ...piece, bytes: part, offset }, this.stream, timeMs));
      if (isRest) return lines;
      bytes = bytes.subarray(next);
      offset += next;
    }
  }

  #timeOf(offset: number): number {
    if (offset >= this.#span.end) {
      this.#span = this.#index.spanAt(this.stream, offset) ??
        { timeMs: this.#latestMs, end: Infinity };
    }
    return this.#span.timeMs;
  }
}
