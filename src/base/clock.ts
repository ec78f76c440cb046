/** Time as the rest of imp sees it, so that tests can hold it in their hands. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970; may jump. For showing and storing only. */
  now(): number;
  /** Milliseconds since an arbitrary point; never jumps. For durations and timeouts. */
  monotonic(): number;
  /** Calls `callback` once after `delayMs`, unless the returned function is called before. */
  schedule(delayMs: number, callback: () => void): CancelTimer;
}

/** Takes a scheduled call back; calling it again, or too late, does nothing. */
export type CancelTimer = () => void;

/** Resolves after `delayMs`; rejects with the signal's reason when it is aborted first. */
export async function delay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => reject(signal!.reason);
  const cancel = clock.schedule(delayMs, resolve);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await promise;
  } finally {
    cancel();
    signal?.removeEventListener("abort", onAbort);
  }
}

/** What `promise` resolves with, or `"late"` when that takes longer than `limitMs`; it goes on then. */
export async function within<T>(
  clock: Clock,
  limitMs: number,
  promise: Promise<T>,
): Promise<T | "late"> {
  const limit = Promise.withResolvers<"late">();
  const cancelLimit = clock.schedule(limitMs, () => limit.resolve("late"));
  try {
    return await Promise.race([promise, limit.promise]);
  } finally {
    cancelLimit();
  }
}

/** RFC 3339 UTC with milliseconds. */
export function toIsoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
