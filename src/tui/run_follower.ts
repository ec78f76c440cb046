import { messageOf } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { Wakeup } from "../base/wakeup.ts";
import { describeDrop } from "../logs/drops.ts";
import { followStream } from "../logs/follow.ts";
import type { RunLogPaths } from "../logs/log_paths.ts";
import { StreamReader } from "../logs/stream_reader.ts";
import { findTail, nextLineStart } from "../logs/tail.ts";
import { TimeIndex } from "../logs/time_index.ts";
import { type LineCount, LineCounter } from "./line_counter.ts";
import type { OutputLine } from "./output_buffer.ts";
import { remark } from "./state.ts";
import { roughBytes, StreamLines } from "./stream_lines.ts";

/** Options of {@linkcode RunFollower}. */
export interface RunFollowerOptions {
  readonly paths: RunLogPaths;
  readonly color: boolean;
  readonly clock: Clock;
  /** Lines that are complete, and those that are not yet. */
  readonly onLines: (lines: readonly OutputLine[], open: readonly OutputLine[]) => void;
}

/** How much of each stream is shown of what was written before we came: so many lines, and no more bytes than this. */
const HISTORY_LINES = 2_000;
const HISTORY_BYTES = 4 * 1024 * 1024;
/** Where reading goes on, before the end, for who is far behind. */
const JUMP_BYTES = 64 * 1024;
/** Who is behind by more jumps to the end: nobody can read that fast. */
const MAX_LAG_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
const NONE_UNREAD: LineCount = { lines: 0, isAll: true };

/**
 * Reads the output of one run: the end of what is there, in the order it was written, and then what comes, for each
 * frame once. So a job that prints without a pause is read in large pieces, and no faster than anybody can see.
 */
export class RunFollower implements Disposable {
  /** Resolves when the run has ended and everything was read, or the follower was disposed of. */
  readonly done: Promise<void>;
  readonly #options: RunFollowerOptions;
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  readonly #streams: readonly StreamLines[];
  /** One for each stream. */
  readonly #wakeups: readonly Wakeup[];
  readonly #counters: LineCounter[] = [];
  #isTaken = true;
  #isPaused = false;

  constructor(options: RunFollowerOptions) {
    this.#options = options;
    const { color, paths } = options;
    this.#streams = [
      new StreamLines({ kind: "stdout", path: paths.stdout, color }),
      new StreamLines({ kind: "stderr", path: paths.stderr, color }),
    ];
    this.#wakeups = this.#streams.map(() => new Wakeup());
    this.done = this.#run();
  }

  /** Nothing more will be written: read what is there, and be done. */
  end(): void {
    this.#ended.resolve();
  }

  /** See OutputFeed. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (!isPaused) this.#wake();
  }

  /** What is written while nothing is read. */
  countUnread(): LineCount {
    if (!this.#isPaused) return NONE_UNREAD;
    try {
      const counts = this.#streams.map((stream, index) => {
        if (this.#counters[index]?.from !== stream.offset) {
          this.#counters[index] = new LineCounter(stream.path, stream.offset);
        }
        return this.#counters[index]!.count();
      });
      const lines = counts.reduce((sum, count) => sum + count.lines, 0);
      return { lines, isAll: counts.every(({ isAll }) => isAll) };
    } catch {
      // Whoever reads on finds out what is wrong, and tells.
      return NONE_UNREAD;
    }
  }

  /** All lines so far have been taken: there is room for more. */
  taken(): void {
    this.#isTaken = true;
    this.#wake();
  }

  [Symbol.dispose](): void {
    this.#over.abort();
    this.#wake();
  }

  #wake(): void {
    for (const wakeup of this.#wakeups) wakeup.notify();
  }

  async #run(): Promise<void> {
    // Whoever made us is told only when it is ready to listen.
    await Promise.resolve();
    if (this.#over.signal.aborted) return;
    this.#emit(this.#readHistory());
    await Promise.all(this.#streams.map((stream, index) => this.#follow(stream, index)));
    for (const { drops } of this.#streams) drops[Symbol.dispose]();
  }

  #emit(lines: readonly OutputLine[]): void {
    if (this.#over.signal.aborted) return;
    this.#options.onLines(lines, this.#streams.flatMap((stream) => stream.open ?? []));
  }

  /** The last lines of both streams, by the times that the daemon noted. */
  #readHistory(): OutputLine[] {
    try {
      const index = TimeIndex.read(this.#options.paths.ticks);
      const lines = this.#streams.flatMap((stream) => [
        ...readEnd(stream, index),
        ...stream.drops.readNew().map((drop) => ({
          timeMs: drop.timeMs,
          line: remark(describeDrop(drop, stream.kind)),
        })),
      ]);
      // Sorting keeps the order of what has the same time.
      return lines.sort((a, b) => a.timeMs - b.timeMs).map(({ line }) => line);
    } catch (error) {
      return [unreadable(error)];
    }
  }

  async #follow(stream: StreamLines, index: number): Promise<void> {
    try {
      while (!this.#over.signal.aborted) {
        const isBehind = await this.#followOn(stream, this.#wakeups[index]!);
        if (!isBehind) break;
        this.#emit(jumpToEnd(stream));
      }
      this.#emit(stream.end());
    } catch (error) {
      this.#emit([unreadable(error)]);
    }
  }

  /** Follows until the end (false), or until so far behind that what lies between is not worth reading (true). */
  async #followOn(stream: StreamLines, wakeup: Wakeup): Promise<boolean> {
    const items = followStream(stream.path, {
      fromOffset: stream.offset,
      drops: stream.drops,
      signal: this.#over.signal,
      ended: this.#ended.promise,
    });
    let isElsewhere = false;
    for await (const item of items) {
      if ("bytes" in item) {
        this.#emit(stream.push(item.bytes, item.offset));
        this.#isTaken = false;
        await this.#untilTaken(wakeup);
        // Less than could be read was all there was.
        if (item.bytes.length === CHUNK_BYTES && !isElsewhere && isFarBehind(stream)) return true;
      } else if ("gap" in item) {
        this.#emit(stream.skipTo(item.gap.to));
      } else if ("truncated" in item) {
        this.#emit([
          remark("somebody emptied or shortened the log file"),
          ...stream.skipTo(item.truncated.offset),
        ]);
      } else if ("dropped" in item) {
        this.#emit([remark(describeDrop(item.dropped, stream.kind))]);
      } else {
        // How much there is to read cannot be looked up at the path any more.
        isElsewhere = true;
        const what = "removed" in item ? "removed" : "replaced";
        this.#emit([remark(`somebody ${what} the log file`)]);
      }
    }
    return false;
  }

  async #untilTaken(wakeup: Wakeup): Promise<void> {
    while ((!this.#isTaken || this.#isPaused) && !this.#isOver) await wakeup.wait();
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }
}

interface DatedLine {
  readonly timeMs: number;
  readonly line: OutputLine;
}

/** The last lines of a stream, with their times; leaves the stream where they end. */
function readEnd(stream: StreamLines, index: TimeIndex): DatedLine[] {
  using reader = StreamReader.open(stream.path);
  if (reader === undefined) return [];
  const { first, end } = reader.range();
  const from = historyStart(reader);
  stream.skipTo(from);
  const latestMs = Math.max(index.lastTimeMs ?? 0, reader.modifiedAtMs());
  const timeOf = (offset: number) => index.spanAt(stream.kind, offset)?.timeMs ?? latestMs;
  const buffer = new Uint8Array(CHUNK_BYTES);
  const lines: DatedLine[] = [];
  while (stream.offset < end) {
    const chunk = reader.read(stream.offset, buffer);
    if (chunk.bytes.length === 0) break;
    for (const { line, offset } of stream.pushPlaced(chunk.bytes, chunk.offset)) {
      lines.push({ line, timeMs: timeOf(offset) });
    }
  }
  if (from === first) return lines;
  const before = remark(
    `${roughBytes(from - first)} of ${stream.kind} above: imp logs`,
  );
  return [{ line: before, timeMs: 0 }, ...lines];
}

function historyStart(reader: StreamReader): number {
  const { first, end } = reader.range();
  const limit = Math.max(first, end - HISTORY_BYTES);
  const { offset } = findTail(reader, HISTORY_LINES, { first: limit, end });
  return offset === limit ? nextLineStart(reader, limit, end) : offset;
}

function isFarBehind(stream: StreamLines): boolean {
  using reader = StreamReader.open(stream.path);
  return reader !== undefined && reader.range().end - stream.offset > MAX_LAG_BYTES;
}

/** Goes on near the end of the stream. */
function jumpToEnd(stream: StreamLines): OutputLine[] {
  using reader = StreamReader.open(stream.path);
  if (reader === undefined) return [];
  const { end } = reader.range();
  return stream.skipTo(nextLineStart(reader, Math.max(stream.offset, end - JUMP_BYTES), end));
}

function unreadable(error: unknown): OutputLine {
  return remark(`cannot read the output: ${messageOf(error)}`);
}
