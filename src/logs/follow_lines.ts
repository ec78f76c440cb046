import type { Clock } from "../base/clock.ts";
import { Wakeup } from "../base/wakeup.ts";
import type { Drop } from "./drops.ts";
import { type FollowItem, followStream } from "./follow.ts";
import type { LineSource } from "./line_source.ts";
import type { LinePiece } from "./line_splitter.ts";
import { type LogItem, toDropNotice, toLogLines } from "./log_item.ts";
import type { StreamName } from "./log_paths.ts";

/** Until when lines are followed. */
export interface FollowLinesOptions {
  signal: AbortSignal;
  ended: Promise<void>;
  clock: Clock;
}

/** So long the rest of a line is waited for: then what there is of it is given out, be it a question or a progress bar. */
export const PAUSE_MS = 250;

/** The lines that come behind what the sources have read, as they arrive: what came together at once. */
export async function* followLines(
  sources: readonly LineSource[],
  { signal, ended, clock }: FollowLinesOptions,
): AsyncGenerator<LogItem[], void, undefined> {
  const stop = new AbortController();
  const streamSignal = AbortSignal.any([signal, stop.signal]);
  const queue = new ArrivalQueue(clock);
  const lives = sources.map((source) => {
    const { path, window, drops } = source;
    const items = followStream(path, { window, drops, signal: streamSignal, ended });
    return new LiveSource(source, items, clock);
  });
  try {
    for (const live of lives) queue.ask(live);
    for (let open = lives.length; open > 0;) {
      const arrival = await queue.take(Math.min(...lives.map(({ pauseAtMs }) => pauseAtMs)));
      if (arrival === undefined) {
        for (const live of lives) yield live.pause();
      } else if (arrival.result.done) {
        open--;
        yield arrival.live.flush();
      } else {
        yield arrival.live.take(arrival.result.value);
        queue.ask(arrival.live);
      }
    }
  } finally {
    stop.abort();
    queue[Symbol.dispose]();
    await Promise.allSettled(lives.map((live) => live.items.return()));
  }
}

/** One stream, and since when its splitter holds the beginning of a line. */
class LiveSource {
  readonly items: AsyncGenerator<FollowItem, void, undefined>;
  readonly #source: LineSource;
  readonly #clock: Clock;
  #heldAtMs = Infinity;
  #heldTimeMs = 0;

  constructor(source: LineSource, items: LiveSource["items"], clock: Clock) {
    this.#source = source;
    this.items = items;
    this.#clock = clock;
    this.#noteHeld(clock.now());
  }

  /** When, by the monotonic clock, what is held has been held for long enough. */
  get pauseAtMs(): number {
    return this.#heldAtMs + PAUSE_MS;
  }

  take(item: FollowItem): LogItem[] {
    const nowMs = this.#clock.now();
    const { splitter, stream } = this.#source;
    if ("bytes" in item) return this.#dated(splitter.push(item.bytes, item.offset));
    if ("dropped" in item) return [toDropNotice(item.dropped, stream)];
    // Where the file is, is no matter of the line that has begun.
    const isBreak = "gap" in item || "truncated" in item;
    const rest = isBreak ? this.flush() : [];
    return [...rest, toNotice(item, stream, nowMs)];
  }

  /** What is held, where that is long enough ago. */
  pause(): LogItem[] {
    if (this.#clock.monotonic() < this.pauseAtMs) return [];
    const lines = this.#dated(this.#source.splitter.pause());
    // Half a character is not asked for again and again: it is shown with its other half.
    this.#heldAtMs = Infinity;
    return lines;
  }

  /** What is held of a line that gets no end. */
  flush(): LogItem[] {
    return this.#dated(this.#source.splitter.flush());
  }

  /** A line is dated when it began, as far as that was seen. */
  #dated(pieces: readonly LinePiece[]): LogItem[] {
    const { splitter, stream } = this.#source;
    const nowMs = this.#clock.now();
    const lines = pieces.map((piece, index) => {
      const seenMs = index === 0 && this.#heldAtMs < Infinity ? this.#heldTimeMs : nowMs;
      return toLogLines(piece, stream, this.#source.timeOf(piece.offset) ?? seenMs);
    });
    const isNew = lines.length > 0 || this.#heldAtMs === Infinity;
    if (!splitter.isHolding) this.#heldAtMs = Infinity;
    else if (isNew) this.#noteHeld(nowMs);
    return lines;
  }

  #noteHeld(nowMs: number): void {
    if (!this.#source.splitter.isHolding) return;
    this.#heldAtMs = this.#clock.monotonic();
    this.#heldTimeMs = nowMs;
  }
}

function toNotice(
  item: Exclude<FollowItem, { bytes: Uint8Array } | { dropped: Drop }>,
  stream: StreamName,
  timeMs: number,
): LogItem {
  if ("gap" in item) return { stream, timeMs, notice: "gap", ...item.gap };
  if ("truncated" in item) return { stream, timeMs, notice: "truncated", ...item.truncated };
  return { stream, timeMs, notice: "removed" in item ? "removed" : "replaced" };
}

/** An answer of a stream. */
interface Arrival {
  live: LiveSource;
  result: IteratorResult<FollowItem, void>;
}

/** Collects what the streams send, each asked for one item at a time, in the order of their coming. */
class ArrivalQueue implements Disposable {
  readonly #clock: Clock;
  readonly #wakeup = new Wakeup();
  readonly #arrivals: (Arrival | { error: unknown })[] = [];
  #alarmAtMs = Infinity;
  #cancelAlarm: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ask(live: LiveSource): void {
    const put = (arrival: Arrival | { error: unknown }) => {
      this.#arrivals.push(arrival);
      this.#wakeup.notify();
    };
    live.items.next().then((result) => put({ live, result }), (error) => put({ error }));
  }

  /** The next answer, or undefined when there is none until `untilMs` of the monotonic clock; throws what a stream threw. */
  async take(untilMs: number): Promise<Arrival | undefined> {
    for (;;) {
      const arrival = this.#arrivals.shift();
      if (arrival === undefined) {
        if (this.#clock.monotonic() >= untilMs) return undefined;
        this.#setAlarm(untilMs);
        await this.#wakeup.wait();
      } else if ("error" in arrival) throw arrival.error;
      else return arrival;
    }
  }

  [Symbol.dispose](): void {
    this.#setAlarm(Infinity);
  }

  #setAlarm(atMs: number): void {
    if (atMs === this.#alarmAtMs) return;
    this.#cancelAlarm();
    this.#alarmAtMs = atMs;
    if (atMs === Infinity) return;
    const delayMs = Math.max(0, atMs - this.#clock.monotonic());
    this.#cancelAlarm = this.#clock.schedule(delayMs, () => {
      this.#alarmAtMs = Infinity;
      this.#wakeup.notify();
    });
  }
}
