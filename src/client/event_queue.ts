import type { ImpEvent } from "../protocol/event.ts";

/** As many events as may wait for a slow reader before the rest is told as a gap. */
const MOST_WAITING = 10_000;

/** Events of one subscription, from the connection to whoever iterates. */
export class EventQueue implements AsyncIterable<ImpEvent> {
  readonly #limit: number;
  #waiting: ImpEvent[] = [];
  /** What arrived while the queue was full. */
  #gap: { from: number; last: ImpEvent } | undefined;
  #wake: () => void = () => {};
  #end: { readonly error: unknown } | undefined;

  constructor(limit = MOST_WAITING) {
    this.#limit = limit;
  }

  /** Never blocks: the connection also carries answers that the reader may be waiting for. */
  push(event: ImpEvent): void {
    if (this.#end) return;
    if (this.#gap || this.#waiting.length >= this.#limit) {
      this.#gap = { from: this.#gap?.from ?? firstOf(event), last: event };
    } else {
      this.#waiting.push(event);
    }
    this.#wake();
  }

  /** No more events: iterating ends after those that wait, with `error` if there is one. */
  end(error?: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ImpEvent> {
    for (;;) {
      const batch = this.#take();
      yield* batch;
      if (batch.length > 0) continue;
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  #take(): ImpEvent[] {
    const batch = this.#waiting;
    this.#waiting = [];
    if (this.#gap) batch.push(toGapEvent(this.#gap.from, this.#gap.last));
    this.#gap = undefined;
    return batch;
  }
}

/** The first number that an event stands for: a gap of the daemon's stands for several. */
function firstOf({ event, seq, data }: ImpEvent): number {
  return event === "gap" ? Number(data.from ?? seq) : seq;
}

function toGapEvent(from: number, last: ImpEvent): ImpEvent {
  const { seq, time } = last;
  return { event: "gap", seq, time, job_id: null, data: { from, to: seq } };
}
