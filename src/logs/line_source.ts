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
import type { StreamOffsets } from "./stretches.ts";
import type { TimeIndex, TimeSpan } from "./time_index.ts";

const NEWLINE = 0x0a;

/** Which lines of a stream are wanted. */
export interface StreamQuery {
  /** Where to begin and to end, to the byte. What is gone behind the beginning is told. */
  from?: StreamOffsets | undefined;
  to?: StreamOffsets | undefined;
  /** What becomes of a last line that has no end: it is shown, without half a character, or left for later. */
  rest?: "shown" | "whole characters" | "left" | undefined;
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
  /** What is told before the first line. */
  #news: LogItem[] = [];
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
    if (this.#reader === undefined) {
      const wasThere = (query.from?.[stream] ?? 0) > 0;
      if (wasThere) this.#news.push({ stream, timeMs: 0, notice: "truncated", offset: 0 });
      return;
    }
    this.#latestMs = Math.max(index.lastTimeMs ?? 0, this.#reader.modifiedAtMs());
    const { first, end } = this.#reader.range();
    const from = this.#beginOffset(this.#reader, first, end);
    const until = Math.min(query.to?.[stream] ?? end, end);
    this.#end = Math.max(from, this.#untilOffset(this.#reader, until));
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

  /** Where the first of the wanted lines is, or will be; before what is told to be gone. */
  get beginsAt(): number {
    return this.#query.from?.[this.stream] ?? this.#window?.offset ?? 0;
  }

  /** The next of the wanted lines that are there already; none at the end. They are parts of one buffer. */
  read(): LogItem[] {
    if (this.#news.length > 0) return this.#news.splice(0);
    const window = this.#window;
    while (window !== undefined && !this.#isShortened && window.offset < this.#end) {
      const from = window.offset;
      const chunk = window.read(this.#end - from);
      if (chunk === undefined || chunk.bytes.length === 0) {
        return this.#endShort(from, chunk !== undefined);
      }
      const skipped = chunk.offset > from ? this.#skipTo(from, chunk.offset) : [];
      // What was cut off may reach behind our end; who follows gets that, too.
      const wanted = Math.max(0, this.#end - chunk.offset);
      const bytes = this.#query.isFollowed ? chunk.bytes : chunk.bytes.subarray(0, wanted);
      const lines = this.splitter.push(bytes, chunk.offset).flatMap((piece) => this.#dated(piece));
      if (skipped.length + lines.length > 0) return [...skipped, ...lines];
    }
    return this.#query.isFollowed ? [] : this.#endLine();
  }

  /** What was dropped in the wanted time, from `fromMs` on, and was not told yet. */
  readDrops(fromMs: number): DropNotice[] {
    const { isFollowed, sinceMs = -Infinity, untilMs = Infinity } = this.#query;
    const drops = isFollowed ? this.drops.readNew() : this.drops.readLast();
    const firstMs = Math.max(fromMs, sinceMs, this.#lastReadMs());
    return drops
      .filter(({ timeMs }) => timeMs >= firstMs && timeMs <= untilMs)
      .map((drop) => toDropNotice(drop, this.stream));
  }

  /** When what comes before our beginning was written, to the second, as drops are noted; they came behind it. */
  #lastReadMs(): number {
    const { from, to } = this.#query;
    if (to?.[this.stream] !== undefined) return Infinity;
    const offset = from?.[this.stream] ?? 0;
    const span = offset === 0 ? undefined : this.#index.spanAt(this.stream, offset - 1);
    return span === undefined ? -Infinity : Math.floor(span.timeMs / 1_000) * 1_000;
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

  #beginOffset(reader: StreamReader, first: number, end: number): number {
    const from = this.#query.from?.[this.stream];
    if (from === undefined) return this.#sinceOffset(reader, first, end);
    const { stream } = this;
    if (from > end) {
      this.#news.push({ stream, timeMs: this.#latestMs, notice: "truncated", offset: first });
      return first;
    }
    if (from < first) {
      const timeMs = this.#timeOf(first);
      this.#news.push({ stream, timeMs, notice: "gap", from, to: first });
      return first;
    }
    const before = new Uint8Array(1);
    const isInLine = from > first && reader.read(from - 1, before).offset === from - 1 &&
      before[0] !== NEWLINE;
    if (isInLine) this.splitter.startInLine();
    return from;
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
    const news = { notice: "truncated", offset: this.#reader?.range().first ?? 0 } as const;
    return [...this.#flush(), { stream: this.stream, timeMs, ...news }];
  }

  #flush(): LogItem[] {
    return this.splitter.flush().flatMap((piece) => this.#dated(piece));
  }

  /** What is held at the end of what is there. */
  #endLine(): LogItem[] {
    const { rest = "shown" } = this.#query;
    if (rest === "shown") return this.#flush();
    return rest === "left" ? [] : this.splitter.pause().flatMap((piece) => this.#dated(piece));
  }

  #skipTo(from: number, to: number): LogItem[] {
    const timeMs = this.#timeOf(to);
    return [...this.#flush(), { stream: this.stream, timeMs, notice: "gap", from, to }];
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
