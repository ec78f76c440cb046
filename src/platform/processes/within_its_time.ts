import { type Clock, within } from "../../base/clock.ts";
import { processorWaitMs } from "./processor_wait.ts";

/** Less than this is no reason to look again. */
const LEAST_FORGIVEN_MS = 20;

/** Who is waited for, and how long. */
export interface ItsTime {
  readonly pid: number;
  readonly limitMs: number;
  /** How many times the limit it may take in all, however busy the machine is. */
  readonly mostLimits: number;
  /** How long a process has waited for a processor so far, in ms: its limit is so much longer. */
  readonly processorWait?: ((pid: number) => number) | undefined;
}

/**
 * What `promise` resolves with, or `"late"` when the process that is to see to it has had its time: that in which it
 * would have run from now on and got no processor does not count.
 */
export async function withinItsTime<T>(
  clock: Clock,
  { pid, limitMs, mostLimits, processorWait = processorWaitMs }: ItsTime,
  promise: Promise<T>,
): Promise<T | "late"> {
  const before = processorWait(pid);
  let forgivenMs = 0;
  for (let moreMs = limitMs; moreMs >= LEAST_FORGIVEN_MS;) {
    const result = await within(clock, moreMs, promise);
    if (result !== "late") return result;
    const waitedMs = Math.min(processorWait(pid) - before, limitMs * (mostLimits - 1));
    moreMs = waitedMs - forgivenMs;
    forgivenMs = waitedMs;
  }
  return "late";
}
