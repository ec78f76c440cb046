import { guarded } from "../platform/guarded.ts";
import { collectGarbage, ownMemory } from "../platform/own_memory.ts";
import type { CancelTimer, Clock } from "../base/clock.ts";
import { ROUND_MS } from "./rounds.ts";

/** What a {@linkcode SelfWatch} looks at. */
export interface SelfWatchOptions {
  readonly rounds: Clock;
  /** Rises with everything that is asked of the daemon or happens in it. */
  readonly activity: () => number;
  /** Our own by default; in bytes. */
  readonly memory?: () => number;
  readonly collectGarbage?: () => void;
}

/** So long nothing must have happened, for a collection stops everything for a moment. */
const QUIET_LOOKS = 3;
/** Less than this is not worth it, */
const GROWTH_BYTES = 1024 * 1024;
/** unless so much has happened that there may be garbage in what was held before. */
const MUCH_ACTIVITY = 500;
/** Garbage of so much is not left until all is quiet. */
const MUCH_GROWTH_BYTES = 32 * 1024 * 1024;

/**
 * What the daemon notices of itself: that a burst of work is over, whose garbage would stay for hours in a daemon that
 * has nothing more to do.
 */
export class SelfWatch implements Disposable {
  readonly #options: Required<SelfWatchOptions>;
  #activity = 0;
  #settledActivity = 0;
  #quietLooks = 0;
  /** Held after the last collection. */
  #settledBytes = 0;
  /** Held at the first look. */
  #firstBytes: number | undefined;
  #cancel: CancelTimer = () => {};

  constructor(options: SelfWatchOptions) {
    this.#options = { memory: ownMemory, collectGarbage, ...options };
    this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #schedule(): void {
    const look = guarded("self_watch.look", () => {
      this.#tidy();
      this.#schedule();
    }, () => this.#schedule());
    const isTidy = this.#quietLooks > QUIET_LOOKS;
    this.#cancel = this.#options.rounds.schedule(isTidy ? ROUND_MS.rare : ROUND_MS.quiet, look);
  }

  #tidy(): void {
    const { activity, memory, collectGarbage } = this.#options;
    const now = activity();
    this.#quietLooks = now === this.#activity ? this.#quietLooks + 1 : 0;
    this.#activity = now;
    const held = memory();
    this.#firstBytes ??= held;
    const isMuch = held >= Math.max(this.#settledBytes, this.#firstBytes) + MUCH_GROWTH_BYTES;
    if (!isMuch) {
      if (this.#quietLooks !== QUIET_LOOKS) return;
      const hasGrown = held >= this.#settledBytes + GROWTH_BYTES;
      if (!hasGrown && now - this.#settledActivity < MUCH_ACTIVITY) return;
    }
    collectGarbage();
    this.#settledBytes = memory();
    this.#settledActivity = now;
  }
}
