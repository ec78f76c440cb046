import { type Clock, toIsoTime } from "../../base/clock.ts";
import { guarded } from "../../platform/guarded.ts";
import type { EventName, ImpEvent } from "../../protocol/event.ts";
import type { Store } from "../../store/store.ts";

/** Gets every event, in order, right after it was stored; must not wait. */
export type EventListener = (event: ImpEvent) => void;

/** The one door for changes: each raises the revision counter, is stored, then announced. */
export class EventBus {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #listeners = new Set<EventListener>();
  readonly #untold: ImpEvent[] = [];
  #isTelling = false;
  #seq: number;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#seq = store.events.lastSeq();
  }

  /** The sequence number of the last announced event. */
  get seq(): number {
    return this.#seq;
  }

  /** Stores an event; call it inside the transaction that makes the change, and `publish` after that. */
  record(event: EventName, jobId: string | null, data: Record<string, unknown>): ImpEvent {
    const time = toIsoTime(this.#clock.now());
    const seq = this.#store.events.append({ event, time, job_id: jobId, data });
    // In the order of the protocol's page: a client prints it as it comes.
    return { event, seq, time, job_id: jobId, data };
  }

  /** Tells the listeners about an event that is stored. What one of them causes is told to all after it. */
  publish(event: ImpEvent): void {
    this.#seq = event.seq;
    this.#untold.push(event);
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) {
        for (const listener of [...this.#listeners]) listener(next);
      }
    } finally {
      this.#isTelling = false;
    }
  }

  /** Stores and announces in one go, for changes that nothing else is stored with. */
  announce(event: EventName, jobId: string | null, data: Record<string, unknown>): void {
    this.publish(this.record(event, jobId, data));
  }

  /**
   * Hears every event from now on, until disposed. Guarded under the name `entry`: the change has happened and is stored,
   * so that a listener that fails must not undo it, nor keep it from the others.
   */
  listen(
    entry: string,
    listener: EventListener,
    onFailure?: (error: unknown) => unknown,
  ): Disposable {
    const listening = guarded(entry, listener, onFailure);
    this.#listeners.add(listening);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listening) };
  }
}
