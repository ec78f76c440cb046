import { type Clock, toIsoTime } from "../base/clock.ts";
import type { EventName, ImpEvent } from "../protocol/event.ts";
import type { Store } from "../store/store.ts";

/** Gets every event, in order, right after it was stored; must not throw and must not wait. */
export type EventListener = (event: ImpEvent) => void;

/** The one door for changes: each raises the revision counter, is stored, then announced. */
export class EventBus {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #listeners = new Set<EventListener>();
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
    const unnumbered = { event, time: toIsoTime(this.#clock.now()), job_id: jobId, data };
    return { ...unnumbered, seq: this.#store.events.append(unnumbered) };
  }

  /** Tells the listeners about an event that is stored. */
  publish(event: ImpEvent): void {
    this.#seq = event.seq;
    for (const listener of [...this.#listeners]) listener(event);
  }

  /** Stores and announces in one go, for changes that nothing else is stored with. */
  announce(event: EventName, jobId: string | null, data: Record<string, unknown>): void {
    this.publish(this.record(event, jobId, data));
  }

  /** Hears every event from now on, until disposed. */
  listen(listener: EventListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}
