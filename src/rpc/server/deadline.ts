import type { CancelTimer, Clock } from "../../base/clock.ts";
import { guarded } from "../../platform/guarded.ts";

/** How long we must have had time for others, at the end of a deadline, before it may be called missed. */
const LAST_PART_MS = 100;

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
    const lastMs = Math.min(LAST_PART_MS, delayMs / 2);
    this.#wait(delayMs - lastMs, () => this.#waitForLast(lastMs, what));
  }

  /** It was done in time. */
  cancel(): void {
    this.#cancel();
  }

  /** While we are busy ourselves, what came in time still waits to be read: timers come before that. */
  #waitForLast(lastMs: number, what: string): void {
    const due = this.#clock.monotonic() + lastMs;
    this.#wait(lastMs, () => {
      if (this.#clock.monotonic() - due > lastMs) return this.#waitForLast(lastMs, what);
      return this.#onMissed(what);
    });
  }

  #wait(delayMs: number, then: () => unknown): void {
    const over = guarded("connection.deadline", then, this.#onFailure);
    this.#cancel = this.#clock.schedule(delayMs, over);
  }
}
