import type { HealthCheck, ReadyCheck } from "../../protocol/readiness.ts";

/** What makes a run ready whose job says nothing of it: it is still there so long after its start. */
const DEFAULT_READY: ReadyCheck = { kind: "delay", ms: 300 };

/** When a check is tried; all in milliseconds. */
export interface CheckTiming {
  /** From the end of a try to the next. */
  readonly intervalMs: number;
  /** How long one try may take. */
  readonly timeoutMs: number;
  /** From the start of the run; over, and not ready, it counts as not ready. */
  readonly withinMs: number;
  /** Of a ready check: so many tries in a row must succeed. Of a health check: so many must fail. */
  readonly retries: number;
}

const TIMEOUT_MS = 5_000;
const WITHIN_MS = 60_000;
const INTERVAL_MS = 500;
/** A look whether a file has grown costs next to nothing. */
const LOG_INTERVAL_MS = 100;
const HEALTH_INTERVAL_MS = 10_000;
const HEALTH_RETRIES = 3;

/** Most are ready within a second: trying early costs nothing, and is what saves the most. */
const EARLY_TRIES = 10;
const EARLY_INTERVAL_MS = 100;
/** One that is not ready in its time is still asked, since what is shown is to be true, but not so often. */
const LATE_INTERVAL_MS = 5_000;

/** The check of a job, or what counts where it has none. */
export function readyCheckOf(check: ReadyCheck | null): ReadyCheck {
  return check ?? DEFAULT_READY;
}

/** When to try whether a run is ready. */
export function timingOfReady(check: ReadyCheck): CheckTiming {
  if (check.kind === "delay") {
    return { intervalMs: INTERVAL_MS, timeoutMs: TIMEOUT_MS, withinMs: Infinity, retries: 1 };
  }
  return {
    intervalMs: check.interval_ms ?? (check.kind === "log" ? LOG_INTERVAL_MS : INTERVAL_MS),
    timeoutMs: check.timeout_ms ?? TIMEOUT_MS,
    withinMs: check.within_ms ?? WITHIN_MS,
    retries: check.retries ?? 1,
  };
}

/** When to ask whether a run is healthy. */
export function timingOfHealth(check: HealthCheck): CheckTiming {
  return {
    intervalMs: check.interval_ms ?? HEALTH_INTERVAL_MS,
    timeoutMs: check.timeout_ms ?? TIMEOUT_MS,
    withinMs: Infinity,
    retries: check.retries ?? HEALTH_RETRIES,
  };
}

/** How long to wait before the next try of a run that was not ready at `tries` before; `ageMs`: how old it is. */
export function pauseBefore(
  { intervalMs, withinMs }: CheckTiming,
  { tries, ageMs }: { readonly tries: number; readonly ageMs: number },
): number {
  if (ageMs >= withinMs) return Math.max(intervalMs, LATE_INTERVAL_MS);
  const pause = tries <= EARLY_TRIES ? Math.min(intervalMs, EARLY_INTERVAL_MS) : intervalMs;
  return Math.min(pause, withinMs - ageMs);
}
