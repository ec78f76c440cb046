import type { CancelTimer, Clock } from "../../base/clock.ts";
import { guarded } from "../../platform/guarded.ts";

/** What a {@linkcode RestartTimer} needs. */
export interface RestartTimerOptions {
  readonly clock: Clock;
  /** No pause is longer, whatever the wall clock says: it may have jumped. */
  readonly longestMs: () => number;
  readonly onDue: () => void;
}

const RETRY_AFTER_MS = 5_000;

/** Rings when a job that backs off is to be started again. */
export class RestartTimer {
  readonly #options: RestartTimerOptions;
  #cancel: CancelTimer = () => {};

  constructor(options: RestartTimerOptions) {
    this.#options = options;
  }

  /** Rings once at `dueAtMs` by the wall clock, at once when that is over. */
  set(dueAtMs: number | null): void {
    const { clock, longestMs } = this.#options;
    const nowMs = clock.now();
    this.#schedule(Math.min(Math.max(0, (dueAtMs ?? nowMs) - nowMs), longestMs()));
  }

  /** Rings again in a while, because it was no good this time: as on a full disk. */
  retry(): void {
    this.#schedule(Math.min(RETRY_AFTER_MS, this.#options.longestMs()));
  }

  /** Does not ring. */
  cancel(): void {
    this.#cancel();
  }

  #schedule(delayMs: number): void {
    this.#cancel();
    const { clock, onDue } = this.#options;
    const ring = guarded("restart_timer.ring", onDue, () => this.retry());
    this.#cancel = clock.schedule(delayMs, ring);
  }
}
