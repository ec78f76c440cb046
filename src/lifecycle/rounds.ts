import type { CancelTimer, Clock } from "../base/clock.ts";
import { guarded } from "../platform/guarded.ts";

/**
 * How often something is looked at in rounds: each a multiple of the one before, so that what is looked at rarely is
 * looked at together with what is looked at often.
 */
export const ROUND_MS = {
  /** While something goes on. */
  busy: 100,
  /** While jobs are up that do nothing: with an eighth more it is still seen within 2 s what was taken away. */
  quiet: 1_600,
  slow: 4_800,
  /** While there is nothing to look at but ourselves. */
  rare: 14_400,
} as const;

/** Sooner than this part of its pause nothing is looked at a second time. */
const LEAST_PART = 1 / 8;

/** A look that is to be made. */
interface Due {
  readonly atMs: number;
  readonly look: () => void;
}

/**
 * The clock for what is looked at again and again: one timer is behind it all, and every pause ends at a multiple of
 * itself. So a daemon at rest is woken once for all that it looks at, and not for each by itself. A pause is up to an
 * eighth longer than asked for, and may be much shorter: this is not for what has a time of its own.
 */
export class Rounds implements Clock {
  readonly #clock: Clock;
  readonly #dues = new Set<Due>();
  #armedFor = Infinity;
  #isLooking = false;
  #lagMs = 0;
  #cancel: CancelTimer = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How late the last round was, in whole milliseconds. */
  get lagMs(): number {
    return this.#lagMs;
  }

  now(): number {
    return this.#clock.now();
  }

  monotonic(): number {
    return this.#clock.monotonic();
  }

  schedule(pauseMs: number, look: () => void): CancelTimer {
    const due: Due = { atMs: momentAfter(this.#clock.monotonic(), pauseMs), look };
    this.#dues.add(due);
    this.#arm();
    return () => {
      if (this.#dues.delete(due)) this.#arm();
    };
  }

  #arm(): void {
    // What is asked for during a round is armed for at its end, once.
    if (this.#isLooking) return;
    const next = [...this.#dues].reduce((least, { atMs }) => Math.min(least, atMs), Infinity);
    if (next === this.#armedFor) return;
    this.#cancel();
    this.#armedFor = next;
    if (next < Infinity) this.#lookIn(Math.max(0, next - this.#clock.monotonic()));
  }

  #lookIn(delayMs: number): void {
    const look = guarded("rounds.look", () => this.#look(), () => {
      // A round that broke off is armed for its rest already: two timers would be behind it all.
      this.#cancel();
      this.#lookIn(ROUND_MS.busy);
    });
    this.#cancel = this.#clock.schedule(delayMs, look);
  }

  #look(): void {
    const now = this.#clock.monotonic();
    this.#lagMs = Math.max(0, Math.round(now - this.#armedFor));
    this.#isLooking = true;
    try {
      for (const due of [...this.#dues].filter(({ atMs }) => atMs <= now)) {
        if (this.#dues.delete(due)) due.look();
      }
    } finally {
      this.#isLooking = false;
      this.#armedFor = Infinity;
      this.#arm();
    }
  }
}

/** The next multiple of the pause that is not too near. */
function momentAfter(nowMs: number, pauseMs: number): number {
  return Math.floor((nowMs + pauseMs * LEAST_PART) / pauseMs + 1) * pauseMs;
}
