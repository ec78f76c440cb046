/** The first rest between two attempts, and the longest. */
const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/**
 * How long to rest before an attempt, counted from 0: doubling, and blurred so that clients which lost the same daemon
 * do not all come back at the same moment.
 */
export function redialDelayMs(attempt: number, random: () => number = Math.random): number {
  const fullMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(fullMs * (0.5 + random() / 2));
}
