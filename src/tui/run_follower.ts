import { messageOf } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { Wakeup } from "../base/wakeup.ts";
import { describeDrop, DropsReader } from "../logs/drops.ts";
import { followStream } from "../logs/follow.ts";
import { StreamReader } from "../logs/stream_reader.ts";
import type { StreamOffsets } from "../logs/stretches.ts";
import { type OutputLine, remark } from "./output_line.ts";
import type { OutputPage } from "./output_window.ts";
import { openStreams, type PageSource, readBefore } from "./read_page.ts";
import { roughBytes, type StreamLines } from "./stream_lines.ts";

/** What has come. */
export interface Arrival {
  /** Lines that are complete, and those that are not yet. */
  readonly lines: readonly OutputLine[];
  readonly open: readonly OutputLine[];
  /** Behind the complete ones, and behind the others. */
  readonly to: StreamOffsets;
  readonly readTo: StreamOffsets;
}

/** Options of {@linkcode RunFollower}. */
export interface RunFollowerOptions {
  readonly source: PageSource;
  readonly clock: Clock;
  readonly onLines: (arrival: Arrival) => void;
  /** So much has come that nobody could read it: who wants to see the end opens it anew. */
  readonly onBehind: () => void;
}

/** Who is behind by more does not read on: nobody can read that fast. */
const MAX_LAG_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/**
 * Reads the output of one run: the end of what is there, in the order it was written, and then what comes, for each
 * frame once. So a job that prints without a pause is read in large pieces, and no faster than anybody can see.
 */
export class RunFollower implements Disposable {
  /** The end of what was there when we came. */
  readonly page: OutputPage;
  /** Resolves when the run has ended and everything was read, or the follower was disposed of. */
  readonly done: Promise<void>;
  readonly #options: RunFollowerOptions;
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  readonly #streams: readonly StreamLines[];
  /** One for each stream. */
  readonly #wakeups: readonly Wakeup[];
  #isTaken = true;

  constructor(options: RunFollowerOptions) {
    this.#options = options;
    this.#streams = openStreams(options.source);
    this.#wakeups = this.#streams.map(() => new Wakeup());
    const drops = this.#streams.map(({ path }) => new DropsReader(path));
    // What was dropped before is told in the page.
    for (const reader of drops) reader.readNew();
    this.page = this.#readEnd();
    this.done = this.#run(drops);
  }

  /** Nothing more will be written: read what is there, and be done. */
  end(): void {
    this.#ended.resolve();
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

  #readEnd(): OutputPage {
    try {
      return readBefore(this.#options.source, {}, this.#streams);
    } catch (error) {
      const nowhere = { from: {}, to: {}, readTo: {}, hasBefore: false, hasAfter: false };
      return { run: this.#options.source.run, lines: [unreadable(error)], open: [], ...nowhere };
    }
  }

  #wake(): void {
    for (const wakeup of this.#wakeups) wakeup.notify();
  }

  async #run(drops: readonly DropsReader[]): Promise<void> {
    // Whoever made us is told only when it is ready to listen.
    await Promise.resolve();
    await Promise.all(this.#streams.map((_, index) => this.#follow(index, drops[index]!)));
    for (const reader of drops) reader[Symbol.dispose]();
  }

  #emit(lines: readonly OutputLine[]): void {
    if (this.#isOver) return;
    const each = (valueOf: (stream: StreamLines) => number) =>
      Object.fromEntries(this.#streams.map((stream) => [stream.kind, valueOf(stream)]));
    this.#options.onLines({
      lines,
      open: this.#streams.flatMap((stream) => stream.open ?? []),
      to: each(({ lineStart }) => lineStart),
      readTo: each(({ offset }) => offset),
    });
  }

  async #follow(index: number, drops: DropsReader): Promise<void> {
    const stream = this.#streams[index]!;
    try {
      await this.#readOn(stream, { drops, wakeup: this.#wakeups[index]! });
      this.#emit(stream.end(this.#now));
    } catch (error) {
      this.#emit([unreadable(error)]);
    }
  }

  async #readOn(
    stream: StreamLines,
    { drops, wakeup }: { drops: DropsReader; wakeup: Wakeup },
  ): Promise<void> {
    const items = followStream(stream.path, {
      fromOffset: stream.offset,
      drops,
      signal: this.#over.signal,
      ended: this.#ended.promise,
    });
    let isElsewhere = false;
    for await (const item of items) {
      if ("bytes" in item) {
        this.#emit(stream.push(item.bytes, item.offset, this.#now));
        this.#isTaken = false;
        await this.#untilTaken(wakeup);
        // Less than could be read was all there was.
        const isMore = item.bytes.length === CHUNK_BYTES && !isElsewhere;
        if (isMore && !this.#isOver && isFarBehind(stream)) this.#options.onBehind();
      } else if ("gap" in item) {
        const { from, to } = item.gap;
        const gone = `${roughBytes(to - from)} of ${stream.kind} are not kept any more`;
        this.#emit([...stream.skipTo(to, this.#now), remark(gone)]);
      } else if ("truncated" in item) {
        this.#emit([
          remark("somebody emptied or shortened the log file"),
          ...stream.skipTo(item.truncated.offset, this.#now),
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
  }

  readonly #now = (): number => this.#options.clock.now();

  async #untilTaken(wakeup: Wakeup): Promise<void> {
    while (!this.#isTaken && !this.#isOver) await wakeup.wait();
  }

  get #isOver(): boolean {
    return this.#over.signal.aborted;
  }
}

function isFarBehind(stream: StreamLines): boolean {
  using reader = StreamReader.open(stream.path);
  return reader !== undefined && reader.range().end - stream.offset > MAX_LAG_BYTES;
}

function unreadable(error: unknown): OutputLine {
  return remark(`cannot read the output: ${messageOf(error)}`);
}
