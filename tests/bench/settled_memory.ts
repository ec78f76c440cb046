/** The memory of daemons when the garbage of what they just did is gone. */
import { type MemoryFigures, memoryFigures } from "./process_figures.ts";
import { delay } from "../../src/base/clock.ts";
import { systemClock } from "../../src/platform/system_clock.ts";

const LOOK_EVERY_MS = 1_000;
/**
 * So long must nothing have become smaller: a daemon at rest looks at itself every 14.4 s, and collects the garbage of a
 * burst when three looks later, in 4.8 s, nothing more has happened.
 */
const CALM_MS = 20_000;
const MOST_TIME_MS = 60_000;
/** Less than this is no change. */
const CHANGE = 0.02;

/** What {@linkcode settledMemory} waits for, in words. */
export const SETTLED = `settled: not become smaller for ${CALM_MS / 1_000} s, or ${
  MOST_TIME_MS / 1_000
} s have passed`;

/** A daemon, or several processes that are one. */
export interface MemoryHolder {
  daemonPids(): Promise<number[]>;
}

/** What they hold now. */
export async function memoryNow(holders: readonly MemoryHolder[]): Promise<MemoryFigures[]> {
  return await Promise.all(holders.map(async (holder) => memoryFigures(await holder.daemonPids())));
}

/** Waits until the own memory of all of them has settled, and tells what they hold then. */
export async function settledMemory(holders: readonly MemoryHolder[]): Promise<MemoryFigures[]> {
  let figures = await memoryNow(holders);
  const lowest = figures.map(({ ownBytes }) => ownBytes);
  let calmMs = 0;
  for (let passedMs = 0; calmMs < CALM_MS && passedMs < MOST_TIME_MS; passedMs += LOOK_EVERY_MS) {
    await delay(systemClock, LOOK_EVERY_MS);
    calmMs += LOOK_EVERY_MS;
    figures = await memoryNow(holders);
    for (const [index, { ownBytes }] of figures.entries()) {
      if (ownBytes > lowest[index]! * (1 - CHANGE)) continue;
      lowest[index] = ownBytes;
      calmMs = 0;
    }
  }
  return figures;
}
