import type { CancelTimer, Clock } from "../../base/clock.ts";
import { guarded } from "../../platform/guarded.ts";

/** What a {@linkcode SilenceWatch} goes by. */
export interface SilenceWatchOptions {
  readonly clock: Clock;
  readonly intervalMs: () => number;
  /** True while the client has not taken all that was sent. */
  readonly isBehind: () => boolean;
  /** True while a command of the client runs. */
  readonly isWorking: () => boolean;
  /** Asks whether it is there. */
  readonly ask: () => void;
  /** Called once, when it is not. */
  readonly giveUp: () => void;
}

const MISSED_HEARTBEATS = 2;

/** Notices that a client is gone although its connection is not: it says nothing, also when it is asked. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  #wasHeard = true;
  #missed = 0;
  #cancel: CancelTimer = () => {};

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  /** Begins to watch. */
  begin(): void {
    const { clock, intervalMs } = this.#options;
    const beat = guarded("connection.heartbeat", () => this.#beat(), () => this.begin());
    this.#cancel = clock.schedule(intervalMs(), beat);
  }

  /** The client said something. */
  heard(): void {
    this.#wasHeard = true;
  }

  /** Stops watching. */
  end(): void {
    this.#cancel();
  }

  #beat(): void {
    const { isBehind, isWorking, ask, giveUp } = this.#options;
    // Who has not yet taken what we sent, or has a command running, is slow and not dead: its end would be seen.
    const isSlow = isBehind() || isWorking();
    this.#missed = this.#wasHeard || isSlow ? 0 : this.#missed + 1;
    if (this.#missed > MISSED_HEARTBEATS) return giveUp();
    if (!this.#wasHeard && !isBehind()) ask();
    this.#wasHeard = false;
    this.begin();
  }
}
