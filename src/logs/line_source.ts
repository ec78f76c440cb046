import { type LinePiece, LineSplitter } from "./line_splitter.ts";
import type { RunLogPaths, StreamName } from "./log_paths.ts";
import { DropsReader } from "./drops.ts";
import {
  type DropNotice,
  type LogItem,
  type LogLines,
  toDropNotice,
  toLogLines,
} from "./log_item.ts";
import { ReadWindow } from "./read_window.ts";
import { StreamReader } from "./stream_reader.ts";
import { findTail, nextLineStart } from "./tail.ts";
import type { TimeIndex, TimeSpan } from "./time_index.ts";

const NEWLINE = 0x0a;

/** Which lines of a stream are wanted. */
export interface StreamQuery {
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
  /** How many lines there are, counted only for a tail; and when the first of them was written. */
  readonly lineCount: number = 0;
  readonly beginsAtMs: number = 0;
  /** Who goes on behind `readDrops()` goes on with this. */
  readonly drops: DropsReader;
  readonly #reader: StreamReader | undefined;
  readonly #index: TimeIndex;
  readonly #query: StreamQuery;
  readonly #end: number = 0;
  /** When what the index does not know was written. */
  readonly #latestMs: number = 0;
  readonly #window: ReadWindow | undefined;
  /** Whether others have shortened the file, so that nothing of what was there when we came can be told any more. */
  #isShortened = false;
  #span: TimeSpan = { timeMs: 0, end: 0 };

  constructor(paths: RunLogPaths, stream: StreamName, index: TimeIndex, query: StreamQuery) {
    this.stream = stream;
    this.path = paths[stream];
    this.drops = new DropsReader(this.path);
    this.#index = index;
    this.#query = query;
    this.#reader = StreamReader.open(paths[stream], paths[`${stream}Base`]);
    if (this.#reader === undefined) return;
    this.#latestMs = Math.max(index.lastTimeMs ?? 0, this.#reader.modifiedAtMs());
    const { first, end } = this.#reader.range();
    const from = this.#sinceOffset(this.#reader, first, end);
    this.#end = Math.max(from, this.#untilOffset(this.#reader, end));
    const range = { first: from, end: this.#end };
    const tail = query.tail === undefined ? undefined : findTail(this.#reader, query.tail, range);
    this.lineCount = tail?.lines ?? 0;
    this.#window = new ReadWindow(this.#reader, tail?.offset ?? from);
    this.beginsAtMs = this.#timeOf(this.#window.offset);
  }

  /** What reads it, where there is a file; who goes on behind `read()` goes on with this. */
  get window(): ReadWindow | undefined {
    return this.#window;
  }

  /** The next of the wanted lines that are there already; none at the end. They are parts of one buffer. */
  read(): LogItem[] {
    const window = this.#window;
    while (window !== undefined && !this.#isShortened && window.offset < this.#end) {
      const from = window.offset;
      const chunk = window.read(this.#end - from);
      if (chunk === undefined || chunk.bytes.length === 0) {
        return this.#endShort(from, chunk !== undefined);
      }
      const skipped = chunk.offset > from ? this.#skipTo(chunk.offset) : [];
      // What was cut off may reach behind our end; who follows gets that, too.
      const wanted = Math.max(0, this.#end - chunk.offset);
      const bytes = this.#query.isFollowed ? chunk.bytes : chunk.bytes.subarray(0, wanted);
      const lines = this.splitter.push(bytes, chunk.offset).flatMap((piece) => this.#dated(piece));
      if (skipped.length + lines.length > 0) return [...skipped, ...lines];
    }
    return this.#query.isFollowed ? [] : this.#flush();
  }

  /** What was dropped in the wanted time, from `fromMs` on, and was not told yet. */
  readDrops(fromMs: number): DropNotice[] {
    const { isFollowed, sinceMs = -Infinity, untilMs = Infinity } = this.#query;
    const drops = isFollowed ? this.drops.readNew() : this.drops.readLast();
    return drops
      .filter(({ timeMs }) => timeMs >= Math.max(fromMs, sinceMs) && timeMs <= untilMs)
      .map((drop) => toDropNotice(drop, this.stream));
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
    this.drops[Symbol.dispose]();
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

  /** Others took the rest; of what was read already, too, who goes on finds out where, and tells. */
  #endShort(offset: number, isOnlyRest: boolean): LogItem[] {
    this.#isShortened = true;
    if (this.#query.isFollowed && !isOnlyRest) return [];
    const timeMs = this.#timeOf(offset);
    return [...this.#flush(), { stream: this.stream, timeMs, notice: "truncated" }];
  }

  #flush(): LogItem[] {
    return this.splitter.flush().flatMap((piece) => this.#dated(piece));
  }

  #skipTo(offset: number): LogItem[] {
    return [...this.#flush(), { stream: this.stream, timeMs: this.#timeOf(offset), notice: "cut" }];
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
