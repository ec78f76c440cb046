import { type EndedRun, hasEndedByItself } from "./run_statistics.ts";

/** What is known of a job that goes on. */
export interface SilenceFacts {
  /** Those of its runs that are kept. */
  readonly runs: readonly EndedRun[];
  readonly isRunning: boolean;
  /** Whether it is there to be asked: it listens, or somebody looks whether it is ready. Then silence is good news. */
  readonly serves: boolean;
  /** Since its start, or since it printed something last. */
  readonly silentMs: number;
}

/** Whether a job is stuck, and if not, when that is to be looked at again; null: not while this run goes on. */
export type SilenceVerdict =
  | { readonly isStuck: true; readonly longestMs: number }
  | { readonly isStuck: false; readonly againInMs: number | null };

/** Shorter silence is nothing to worry about, however short runs are. */
const LEAST_SILENCE_MS = 5_000;

/**
 * A job is stuck that has said nothing for longer than any of its runs took that ended by themselves, and for five
 * seconds at least. Only one is that has ended well before: what never did may be meant to go on for ever.
 */
export function judgeSilence(
  { runs, isRunning, serves, silentMs }: SilenceFacts,
): SilenceVerdict {
  const ended = runs.filter(hasEndedByItself);
  const isMeantToEnd = ended.some(({ outcome }) => outcome === "exited") && !serves;
  if (!isMeantToEnd || !isRunning) return { isStuck: false, againInMs: null };
  const longestMs = Math.max(...ended.map(({ durationMs }) => durationMs!));
  const limitMs = Math.max(longestMs, LEAST_SILENCE_MS);
  if (silentMs > limitMs) return { isStuck: true, longestMs };
  return { isStuck: false, againInMs: limitMs - silentMs + 1 };
}
