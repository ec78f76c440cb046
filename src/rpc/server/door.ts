import { messageOf } from "../../base/app_error.ts";
import { type Clock, delay } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { background } from "../../platform/guarded.ts";
import { AcceptedSockets } from "../../platform/sockets/accepted_sockets.ts";

/** How long a loop rests that should never have ended. */
const REST_MS = 100;

/** A listening socket, as far as a door needs one. */
export interface Listener<Socket> extends AsyncIterable<Socket> {
  readonly path: string;
  isInPlace(): boolean;
  close(): Promise<void>;
}

/** What a {@linkcode Door} needs. */
export interface DoorOptions<Socket> {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Takes in who has come; resolves when the next may be accepted. */
  readonly letIn: (socket: Socket) => Promise<void>;
  /** True while those who are gone are to be seen off before the next is accepted. */
  readonly isCrowded: () => boolean;
}

/**
 * Accepts until it is closed, whatever is thrown meanwhile: a daemon that accepts no more is as good as dead. May be
 * opened at another socket then.
 */
export class Door<Socket extends { close(): void }> {
  readonly #options: DoorOptions<Socket>;
  #listener: Listener<Socket> | undefined;
  #accepting: Promise<void> = Promise.resolve();

  constructor(options: DoorOptions<Socket>) {
    this.#options = options;
  }

  /** False while nobody finds us: the socket was removed or replaced. */
  get isInPlace(): boolean {
    return this.#listener?.isInPlace() ?? false;
  }

  /** Resolves when nobody is being let in any more; to be asked when it is closed. */
  get isLeft(): Promise<void> {
    return this.#accepting;
  }

  /** Begins to accept. */
  listen(entry: string, listener: Listener<Socket>): void {
    this.#listener = listener;
    this.#accepting = this.#acceptForEver(entry, listener);
  }

  /** Stops accepting and removes the socket, unless it is another daemon's by now; who was let in stays so. */
  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    await listener?.close();
  }

  #acceptForEver(entry: string, listener: Listener<Socket>): Promise<void> {
    return background(entry, () => this.#acceptAll(listener), async () => {
      await delay(this.#options.clock, REST_MS);
      if (this.#listener === listener) await this.#acceptForEver(entry, listener);
    });
  }

  async #acceptAll(listener: Listener<Socket>): Promise<void> {
    const { clock, logger, letIn, isCrowded } = this.#options;
    const accepted = new AcceptedSockets(listener.path);
    for await (const socket of listener) {
      try {
        accepted.add(socket);
        // Accepting goes on without a turn of the event loop while the queue lasts, and nobody else is heard.
        if (isCrowded()) await delay(clock, 0);
        await letIn(socket);
      } catch (error) {
        logger.error("A connection was not served", { error: messageOf(error) });
        socket.close();
      }
    }
  }
}
