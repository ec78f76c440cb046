import type { ImpEvent } from "../../protocol/event.ts";
import { BUFFER_OVERHEAD_BYTES } from "./frame_queue.ts";

/** How much may wait for a subscriber before it gets a gap. */
export interface SubscriptionLimits {
  readonly events: number;
  readonly bytes: number;
}

/** Which events a subscriber wants; absent means all. */
export interface EventFilter {
  readonly jobs?: ReadonlySet<string> | undefined;
  readonly types?: ReadonlySet<string> | undefined;
  readonly workdir?: string | undefined;
}

/** A subscriber's way out. */
export interface SubscriptionSink {
  /** True when the connection takes more without hoarding it. */
  readonly isReady: () => boolean;
  readonly send: (frame: Uint8Array) => void;
  readonly encode: (event: ImpEvent) => Uint8Array;
  readonly onDropped: (count: number) => void;
  /** Called with each change of how much waits here. */
  readonly onQueued: (bytes: number) => void;
}

/**
 * The events on their way to one subscriber. One that is too slow for its queue loses what does not fit, is told so
 * by a `gap` where it was, and never slows anybody else.
 */
export class Subscription {
  readonly #limits: SubscriptionLimits;
  readonly #filter: EventFilter;
  readonly #sink: SubscriptionSink;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #gap: { from: number; to: number; time: string } | undefined;

  constructor(
    options: { limits: SubscriptionLimits; filter: EventFilter; sink: SubscriptionSink },
  ) {
    this.#limits = options.limits;
    this.#filter = options.filter;
    this.#sink = options.sink;
  }

  /** Takes an event as it is announced; never waits. */
  offer(event: ImpEvent): void {
    if (!matches(event, this.#filter)) return;
    this.pump();
    if (this.#gap !== undefined) {
      this.#gap.to = event.seq;
      return this.#sink.onDropped(1);
    }
    const frame = this.#sink.encode(event);
    if (this.#queue.length === 0 && this.#sink.isReady()) return this.#sink.send(frame);
    const isFull = this.#queue.length >= this.#limits.events ||
      this.#queuedBytes + frame.length > this.#limits.bytes;
    if (isFull) {
      this.#gap = { from: event.seq, to: event.seq, time: event.time };
      return this.#sink.onDropped(1);
    }
    this.#queue.push(frame);
    this.#queuedBytes += frame.length;
    this.#sink.onQueued(frame.length + BUFFER_OVERHEAD_BYTES);
  }

  /** Sends what waits, as far as the connection takes it; called again when it has drained. */
  pump(): void {
    while (this.#queue.length > 0 && this.#sink.isReady()) {
      const frame = this.#queue.shift()!;
      this.#queuedBytes -= frame.length;
      this.#sink.onQueued(-frame.length - BUFFER_OVERHEAD_BYTES);
      this.#sink.send(frame);
    }
    if (this.#gap === undefined || this.#queue.length > 0 || !this.#sink.isReady()) return;
    const { from, to, time } = this.#gap;
    this.#gap = undefined;
    this.#sink.send(this.#sink.encode(toGap({ from, to }, time)));
  }
}

/** The event that stands for those from `from` to `to`, which the subscriber does not get. */
export function toGap(range: { from: number; to: number }, time: string): ImpEvent {
  return { event: "gap", seq: range.to, time, job_id: null, data: { ...range } };
}

/** Whether a subscriber with this filter wants the event. Those of the daemon go to everybody who wants their type. */
export function matches(event: ImpEvent, filter: EventFilter): boolean {
  if (event.event === "gap") return true;
  if (filter.types !== undefined && !filter.types.has(event.event)) return false;
  if (event.job_id === null) return true;
  if (filter.jobs !== undefined && !filter.jobs.has(event.job_id)) return false;
  return filter.workdir === undefined || event.data.workdir === filter.workdir;
}
