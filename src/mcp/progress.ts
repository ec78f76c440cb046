import type { Clock } from "../base/clock.ts";

/** Nobody reads faster than that. */
const LEAST_MS = 1_000;

/** Options of {@linkcode createProgress}. */
export interface ProgressOptions {
  readonly clock: Clock;
  readonly token: string | number;
  /** Nothing is told once it is aborted. */
  readonly signal: AbortSignal;
  readonly send: (message: object) => void;
}

/** Tells a client how far a call is: once a second at most, and what comes in between is left out. */
export function createProgress(
  { clock, token, signal, send }: ProgressOptions,
): (message: string) => void {
  let progress = 0;
  let lastMs = -Infinity;
  return (message) => {
    const nowMs = clock.monotonic();
    if (signal.aborted || nowMs - lastMs < LEAST_MS) return;
    lastMs = nowMs;
    const params = { progressToken: token, progress: ++progress, message };
    send({ jsonrpc: "2.0", method: "notifications/progress", params });
  };
}
