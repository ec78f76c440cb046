import { messageOf } from "../../base/app_error.ts";
import type { CancelTimer, Clock } from "../../base/clock.ts";
import { guarded } from "../../platform/guarded.ts";

/** What a {@linkcode StartWatch} needs. */
export interface StartWatchOptions {
  readonly clock: Clock;
  readonly look: () => void;
  /** Looking goes on while this is so. */
  readonly isStarting: () => boolean;
  readonly onError: (error: unknown) => void;
}

/** While a run is young it is looked at after these pauses, then at the last one again and again. */
const PAUSES_MS = [1, 1, 2, 2, 4, 8, 16, 32, 64];

/** Looks at a run until it has started: sooner and surer than waiting to be notified of its marker. */
export class StartWatch {
  readonly #options: StartWatchOptions;
  #cancel: CancelTimer = () => {};
  #looks = 0;
  #problem: string | undefined;

  constructor(options: StartWatchOptions) {
    this.#options = options;
  }

  /** How often it looked at the current run. */
  get looks(): number {
    return this.#looks;
  }

  /** Begins to look at a new run. */
  begin(): void {
    this.#cancel();
    this.#looks = 0;
    this.#problem = undefined;
    this.#schedule();
  }

  /** Stops looking. */
  end(): void {
    this.#cancel();
  }

  #schedule(): void {
    const pause = PAUSES_MS[Math.min(this.#looks, PAUSES_MS.length - 1)]!;
    const look = guarded("start_watch.look", () => this.#look(), () => this.#goOn());
    this.#cancel = this.#options.clock.schedule(pause, look);
  }

  #look(): void {
    this.#looks++;
    try {
      this.#options.look();
    } catch (error) {
      // Once, or a full disk would fill the log as well.
      const problem = messageOf(error);
      if (problem !== this.#problem) this.#options.onError(error);
      this.#problem = problem;
    }
    this.#goOn();
  }

  #goOn(): void {
    if (this.#options.isStarting()) this.#schedule();
  }
}
