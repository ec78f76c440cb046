import type { CancelTimer, Clock } from "../base/clock.ts";
import { HEARTBEAT_INTERVAL_MS, MOST_MISSED } from "./silence.ts";

/** Options of {@linkcode Heartbeat}. */
export interface HeartbeatOptions {
  clock: Clock;
  intervalMs?: number | undefined;
  /** Asks the other side for a sign of life. */
  ping: () => void;
  onDead: () => void;
}

/** Finds out that the other side is there but does nothing any more. Anything it sends is a sign of life. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #intervalMs: number;
  #cancel: CancelTimer;
  #missed = 0;
  #heard = true;
  #pauses = 0;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs ?? HEARTBEAT_INTERVAL_MS;
    this.#cancel = this.#schedule();
  }

  /** The other side has sent something. */
  beat(): void {
    this.#heard = true;
  }

  /** Until disposed of, silence means nothing: it is we who do not listen. */
  pause(): Disposable {
    this.#pauses++;
    return {
      [Symbol.dispose]: () => {
        this.#pauses--;
        this.#heard = true;
      },
    };
  }

  /** Ends it. */
  stop(): void {
    this.#cancel();
  }

  #schedule(): CancelTimer {
    return this.#options.clock.schedule(this.#intervalMs, () => this.#tick());
  }

  #tick(): void {
    this.#missed = this.#heard || this.#pauses > 0 ? 0 : this.#missed + 1;
    if (this.#missed >= MOST_MISSED) return this.#options.onDead();
    this.#heard = false;
    this.#cancel = this.#schedule();
    if (this.#pauses === 0) this.#options.ping();
  }
}
