import type { CancelTimer, Clock } from "../../base/clock.ts";
import { guarded } from "../../platform/guarded.ts";

/** Files that have changed together. */
export interface ChangedFiles {
  /** The one that came first; null: nobody knows which. */
  readonly path: string | null;
  /** How many, as far as that is told. */
  readonly count: number;
}

/** What a {@linkcode ChangeBurst} needs. */
export interface ChangeBurstOptions {
  readonly clock: Clock;
  /** So long it must be quiet. */
  readonly quietMs: number;
  /** Called once it is; returns how many ms that has to wait, 0 when it is dealt with. Asked again when it throws. */
  readonly onQuiet: (changed: ChangedFiles) => number;
}

/** What never gets quiet is told all the same: after so long, or so many times the pause. */
const LONGEST_MS = 5_000;
const LONGEST_PAUSES = 10;
const RETRY_AFTER_MS = 1_000;
/** More are not told apart. */
const MOST_PATHS = 1_000;

/** Makes one of changes that come together: what an editor does for one save, or a checkout to many files. */
export class ChangeBurst implements Disposable {
  readonly #options: ChangeBurstOptions;
  #paths = new Set<string | null>();
  #sinceMs = 0;
  /** It was told to wait so long. */
  #notBeforeMs = 0;
  #cancel: CancelTimer = () => {};

  constructor(options: ChangeBurstOptions) {
    this.#options = options;
  }

  add(path: string | null): void {
    const { clock, quietMs } = this.#options;
    const now = clock.monotonic();
    if (this.#paths.size === 0) this.#sinceMs = now;
    if (this.#paths.size < MOST_PATHS) this.#paths.add(path);
    const longestMs = Math.max(LONGEST_MS, quietMs * LONGEST_PAUSES);
    const pauseMs = Math.min(quietMs, this.#sinceMs + longestMs - now);
    this.#tellIn(Math.max(0, pauseMs, this.#notBeforeMs - now));
  }

  [Symbol.dispose](): void {
    this.#cancel();
    this.#paths.clear();
  }

  #tellIn(delayMs: number): void {
    this.#cancel();
    const tell = guarded("watching.quiet", () => this.#tell(), () => this.#tellIn(RETRY_AFTER_MS));
    this.#cancel = this.#options.clock.schedule(delayMs, tell);
  }

  #tell(): void {
    const [path = null] = this.#paths;
    const count = this.#paths.size;
    if (count === 0) return;
    // What comes of it may bring the next change.
    const waitMs = this.#options.onQuiet({ path, count });
    if (waitMs === 0) return this.#paths.clear();
    this.#notBeforeMs = this.#options.clock.monotonic() + waitMs;
    this.#tellIn(waitMs);
  }
}
