import type { Clock } from "../base/clock.ts";

/** The one clock that runs by itself: the only place of imp with timers and the time of day. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
