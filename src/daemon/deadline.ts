import type { CancelTimer, Clock } from "../base/clock.ts";
import { guarded } from "../platform/guarded.ts";

/** A moment by which the other side must have done something; one at a time. */
export class Deadline {
  readonly #clock: Clock;
  readonly #onMissed: (what: string) => unknown;
  readonly #onFailure: () => void;
  #cancel: CancelTimer = () => {};

  /** `onFailure` is called instead when `onMissed` fails. */
  constructor(clock: Clock, onMissed: (what: string) => unknown, onFailure: () => void) {
    this.#clock = clock;
    this.#onMissed = onMissed;
    this.#onFailure = onFailure;
  }

  /** Begins anew; `what` says what was not done when it is missed. */
  set(delayMs: number, what: string): void {
    this.#cancel();
    const due = this.#clock.monotonic() + delayMs;
    const over = guarded("connection.deadline", () => {
      // Then it was we who were busy: what came in time may still wait to be read.
      if (this.#clock.monotonic() - due > delayMs / 2) return this.set(delayMs, what);
      return this.#onMissed(what);
    }, this.#onFailure);
    this.#cancel = this.#clock.schedule(delayMs, over);
  }

  /** It was done in time. */
  cancel(): void {
    this.#cancel();
  }
}
