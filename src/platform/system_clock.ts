import type { Clock } from "../base/clock.ts";

/** A timer of the platform holds 31 bits, about 25 days; set to more it rings at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The one clock that runs by itself: the only place of imp with timers and the time of day. */
export const systemClock: Clock = createSystemClock(LONGEST_TIMER_MS);

/**
 * A system clock whose delays may be as long as anybody likes, `Infinity` too: one that no timer holds is made of
 * several, each at most `longestTimerMs`.
 */
export function createSystemClock(longestTimerMs: number): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    schedule(delayMs, callback) {
      if (Number.isNaN(delayMs)) throw new RangeError("Not a delay: NaN");
      if (delayMs <= longestTimerMs) {
        const timer = setTimeout(callback, Math.max(0, delayMs));
        return () => clearTimeout(timer);
      }
      const dueAt = performance.now() + delayMs;
      const ring = () => {
        const leftMs = dueAt - performance.now();
        if (leftMs <= 0) callback();
        else timer = setTimeout(ring, Math.min(leftMs, longestTimerMs));
      };
      let timer = setTimeout(ring, longestTimerMs);
      return () => clearTimeout(timer);
    },
  };
}
