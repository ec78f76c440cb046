import type { CancelTimer, Clock } from "../base/clock.ts";

const LOOK_EVERY_MS = 1_000;

/** How late timers fire: a daemon that is busy elsewhere shows it here. Looks once a second. */
export class EventLoopLag implements Disposable {
  readonly #clock: Clock;
  #lagMs = 0;
  #cancel: CancelTimer = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#look();
  }

  /** The lateness of the last look, in milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #look(): void {
    const due = this.#clock.monotonic() + LOOK_EVERY_MS;
    this.#cancel = this.#clock.schedule(LOOK_EVERY_MS, () => {
      this.#lagMs = Math.max(0, Math.round(this.#clock.monotonic() - due));
      this.#look();
    });
  }
}
