import type { CancelTimer, Clock } from "../../base/clock.ts";
import { guarded } from "../../platform/guarded.ts";
import type { RunRecord } from "../../store/store.ts";
import type { RunHost } from "./run_host.ts";

/** What a {@linkcode RunSettling} needs. */
export interface RunSettlingOptions {
  readonly clock: Clock;
  readonly host: RunHost;
  /** Whether whoever seeks something in the output has seen all of it; if not, he says when he has. */
  readonly hasLookedLast: (jobId: string) => boolean;
  /** It is time to ask again. */
  readonly onDue: () => void;
}

/** Keepers come to the end within a millisecond or two, unless somebody else still has the output. */
const LOOK_AFTER_MS = [1, 1, 2, 4, 8, 16, 32, 64, 128, 250];
/** From now on it is worth a look at the process table. */
const CLOSER_LOOK_AFTER_MS = 8;
/** A disk that hangs, or a keeper that cannot be told to go on, holds nobody up for longer. */
const PATIENCE_MS = 30_000;

/** Waits, when a run is over, until all that its command wrote is in its files: only then is the end told. */
export class RunSettling {
  readonly #options: RunSettlingOptions;
  #runId: string | undefined;
  #since = 0;
  #looks = 0;
  #cancel: CancelTimer | undefined;

  constructor(options: RunSettlingOptions) {
    this.#options = options;
  }

  /** True while an end is known and not told. */
  get isWaiting(): boolean {
    return this.#cancel !== undefined;
  }

  /** Whether the end of a run that is over may be told; if not, `onDue` is called soon. */
  isSettled(run: RunRecord): boolean {
    const { clock, host } = this.#options;
    const now = clock.monotonic();
    if (this.#runId !== run.runId) {
      this.#runId = run.runId;
      this.#since = now;
      this.#looks = 0;
    }
    const waitedMs = now - this.#since;
    const isSettled = host.hasOutputSettled(run, waitedMs >= CLOSER_LOOK_AFTER_MS) ||
      waitedMs >= PATIENCE_MS;
    if (isSettled) this.end();
    else this.#schedule();
    return isSettled && this.#options.hasLookedLast(run.jobId);
  }

  /** Stops waiting. */
  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(): void {
    if (this.#cancel !== undefined) return;
    const { clock, onDue } = this.#options;
    const pause = LOOK_AFTER_MS[Math.min(this.#looks++, LOOK_AFTER_MS.length - 1)]!;
    const again = () => {
      this.#cancel = undefined;
      this.#schedule();
    };
    const look = guarded("run.settle", () => {
      this.#cancel = undefined;
      onDue();
    }, again);
    this.#cancel = clock.schedule(pause, look);
  }
}
