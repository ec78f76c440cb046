import type { Clock } from "../../base/clock.ts";

/** A token bucket: `perSecond` on average, `burst` at once. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, options: { perSecond: number; burst: number }) {
    this.#clock = clock;
    this.#perSecond = options.perSecond;
    this.#burst = options.burst;
    this.#tokens = options.burst;
    this.#filledAt = clock.monotonic();
  }

  /** Takes one token; false when there is none, and nothing is taken. */
  tryTake(): boolean {
    const now = this.#clock.monotonic();
    const gained = (now - this.#filledAt) / 1_000 * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
