import type { Clock } from "../base/clock.ts";
import { Wakeup } from "../base/wakeup.ts";
import { type FollowItem, followStream } from "./follow.ts";
import type { LineSource } from "./line_source.ts";
import type { LinePiece } from "./line_splitter.ts";
import type { LogItem, LogNotice } from "./log_item.ts";

/** Until when lines are followed. */
export interface FollowLinesOptions {
  signal: AbortSignal;
  ended: Promise<void>;
  clock: Clock;
}

/** One stream, and what it has sent that was not looked at yet. */
interface LiveSource {
  source: LineSource;
  items: AsyncGenerator<FollowItem, void, undefined>;
}

/** An answer of a stream, in the order of their coming. */
interface Arrival {
  live: LiveSource;
  result: IteratorResult<FollowItem, void>;
}

/** The lines that come behind what the sources have read, as they arrive: what came together at once. */
export async function* followLines(
  sources: readonly LineSource[],
  { signal, ended, clock }: FollowLinesOptions,
): AsyncGenerator<LogItem[], void, undefined> {
  const stop = new AbortController();
  const streamSignal = AbortSignal.any([signal, stop.signal]);
  const queue = new ArrivalQueue();
  const lives = sources.map((source) => ({
    source,
    items: followStream(source.path, { fromOffset: source.offset, signal: streamSignal, ended }),
  }));
  try {
    for (const live of lives) queue.ask(live);
    for (let open = lives.length; open > 0;) {
      const { live, result } = await queue.take();
      if (result.done) {
        open--;
        yield dated(live.source, live.source.splitter.flush(), clock);
      } else {
        yield itemsOf(live.source, result.value, clock);
        queue.ask(live);
      }
    }
  } finally {
    stop.abort();
    await Promise.allSettled(lives.map((live) => live.items.return()));
  }
}

/** Collects what the streams send, each asked for one item at a time. */
class ArrivalQueue {
  readonly #wakeup = new Wakeup();
  readonly #arrivals: (Arrival | { error: unknown })[] = [];

  ask(live: LiveSource): void {
    const put = (arrival: Arrival | { error: unknown }) => {
      this.#arrivals.push(arrival);
      this.#wakeup.notify();
    };
    live.items.next().then((result) => put({ live, result }), (error) => put({ error }));
  }

  /** @throws what a stream threw */
  async take(): Promise<Arrival> {
    for (;;) {
      const arrival = this.#arrivals.shift();
      if (arrival === undefined) await this.#wakeup.wait();
      else if ("error" in arrival) throw arrival.error;
      else return arrival;
    }
  }
}

function itemsOf(source: LineSource, item: FollowItem, clock: Clock): LogItem[] {
  if ("bytes" in item) return dated(source, source.splitter.push(item.bytes, item.offset), clock);
  const notice: LogNotice["notice"] = "gap" in item
    ? "cut"
    : "truncated" in item
    ? "truncated"
    : "removed";
  const rest = notice === "removed" ? [] : dated(source, source.splitter.flush(), clock);
  return [...rest, { stream: source.stream, timeMs: clock.now(), notice }];
}

function dated(source: LineSource, pieces: readonly LinePiece[], clock: Clock): LogItem[] {
  const timeMs = clock.now();
  return pieces.map(({ offset, bytes, startsLine }) => ({
    stream: source.stream,
    timeMs,
    offset,
    bytes,
    startsLine,
  }));
}
