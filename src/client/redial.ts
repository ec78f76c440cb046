import { AppError } from "../base/app_error.ts";
import { type Clock, delay } from "../base/clock.ts";
import { redialDelayMs } from "./redial_delay.ts";
import type { DaemonClient } from "./client.ts";

/** Whether a lasting connection is there at the moment. */
export type ConnectionState = "connected" | "reconnecting";

/** Options of {@linkcode Redial}. */
export interface RedialOptions {
  /**
   * Makes a new connection. `mayStart` is false while the user does not want a daemon, because it was just stopped;
   * whether it may be started otherwise is for the caller to say.
   */
  readonly connect: (how: { mayStart: boolean }) => Promise<DaemonClient>;
  /** A connection that is there already, used first; it stays open when all ends. */
  readonly first?: DaemonClient | undefined;
  readonly clock: Clock;
  /** Ends it all at any time. */
  readonly signal: AbortSignal;
  readonly onState?: ((state: ConnectionState, error?: AppError) => void) | undefined;
  readonly random?: (() => number) | undefined;
}

/** A connection that has lasted so long was a good one: the next rest is a short one again. */
const GOOD_AFTER_MS = 5_000;

/** One connection after the other, for what must survive the daemon's restart. */
export class Redial implements Disposable {
  /** Set to false when the daemon says that it is being stopped; true again with the next one. */
  mayStart = true;
  readonly #options: RedialOptions;
  #first: DaemonClient | undefined;
  #own: DaemonClient | undefined;
  #connectedAtMs: number | undefined;
  #attempt = 0;
  #wasConnected = false;

  constructor(options: RedialOptions) {
    this.#options = options;
    this.#first = options.first;
  }

  /**
   * The next connection, after the rest that is due.
   * @throws AppError when there has been none yet, or trying again would not help; the signal's reason
   */
  async dial(): Promise<DaemonClient> {
    for (;;) {
      this.#options.signal.throwIfAborted();
      try {
        return this.#use(this.#first ?? await this.#connect());
      } catch (error) {
        if (!this.#wasConnected) throw error;
        await this.lost(error);
      }
    }
  }

  /**
   * Reports that the connection is gone, and rests before the next one.
   * @throws the error itself when trying again would not help; the signal's reason
   */
  async lost(error: unknown): Promise<void> {
    this.#hangUp();
    this.#options.signal.throwIfAborted();
    if (!isPassing(error)) throw error;
    if (error.code === "daemon.stopping") this.mayStart = false;
    const { clock, signal, onState, random } = this.#options;
    if (clock.monotonic() - (this.#connectedAtMs ?? Infinity) >= GOOD_AFTER_MS) this.#attempt = 0;
    this.#connectedAtMs = undefined;
    onState?.("reconnecting", error);
    await delay(clock, redialDelayMs(this.#attempt++, random), signal);
  }

  async #connect(): Promise<DaemonClient> {
    this.#own = await this.#options.connect({ mayStart: this.mayStart });
    return this.#own;
  }

  #use(client: DaemonClient): DaemonClient {
    this.#first = undefined;
    this.#connectedAtMs = this.#options.clock.monotonic();
    this.#wasConnected = true;
    this.mayStart = true;
    this.#options.onState?.("connected");
    return client;
  }

  #hangUp(): void {
    this.#own?.close();
    this.#own = undefined;
  }

  [Symbol.dispose](): void {
    this.#hangUp();
  }
}

/** Limits of the daemon that are soon not reached any more. */
const PASSING = ["limit.connections", "limit.followers", "limit.gave_way", "limit.open_requests"];

/** True for what a daemon that ends, restarts or comes back explains. */
function isPassing(error: unknown): error is AppError {
  if (!(error instanceof AppError)) return false;
  return error.code.startsWith("daemon.") || PASSING.includes(error.code);
}
