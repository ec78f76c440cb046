import type { Clock } from "./clock.ts";

/** Ends something when its time is over. Disposing of it takes the limit away. */
export class TimeLimit implements Disposable {
  readonly #over = new AbortController();
  readonly #cancel: () => void;

  /** `reason` is what the signal is aborted with after `timeoutMs`; without a time it never is. */
  constructor(clock: Clock, timeoutMs: number | undefined, reason: () => unknown) {
    this.#cancel = timeoutMs === undefined
      ? () => {}
      : clock.schedule(timeoutMs, () => this.#over.abort(reason()));
  }

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }
}
