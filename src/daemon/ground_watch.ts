import type { CancelTimer, Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { guarded } from "../platform/guarded.ts";

/** What a {@linkcode GroundWatch} needs. */
export interface GroundWatchOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** False when somebody took our lock file away: another daemon could believe to be the only one. */
  readonly isLockOurs: () => boolean;
  readonly isStateThere: () => boolean;
  /** Called once, when we are not the daemon any more. */
  readonly onDeposed: () => void;
}

const LOOK_EVERY_MS = 5_000;

/** Notices when the files that the daemon stands on are taken away. */
export class GroundWatch implements Disposable {
  readonly #options: GroundWatchOptions;
  #cancel: CancelTimer;
  #wasStateThere = true;

  constructor(options: GroundWatchOptions) {
    this.#options = options;
    this.#cancel = this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }

  #schedule(): CancelTimer {
    const lookAgain = () => this.#cancel = this.#schedule();
    const look = guarded("ground.look", () => this.#look(), lookAgain);
    return this.#options.clock.schedule(LOOK_EVERY_MS, look);
  }

  #look(): void {
    const { isLockOurs, isStateThere, logger, onDeposed } = this.#options;
    if (!isLockOurs()) {
      logger.error("The lock file is gone or another's; leaving the jobs to the next daemon");
      return onDeposed();
    }
    const isThere = isStateThere();
    if (!isThere && this.#wasStateThere) {
      // The open files still work: going on loses less than beginning anew.
      logger.error("The state directory has vanished; the jobs go on, their history ends with us");
    }
    this.#wasStateThere = isThere;
    this.#cancel = this.#schedule();
  }
}
