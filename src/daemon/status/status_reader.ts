import { shutDown } from "../../platform/sockets/accepted_sockets.ts";
import { hangUp } from "../../platform/hang_up.ts";
import type { ByteConnection } from "../../rpc/server/outbox.ts";

/** Nobody has a reason to say so much to a stream that is only told. */
const MOST_SAID_BYTES = 64 * 1024;
const READ_BUFFER_BYTES = 256;

/** How the owner of a reader hears from it. */
export interface StatusReaderCallbacks {
  readonly onWritten: (bytes: number) => void;
  /** Called once when it has ended its half: it may be gone, which shows when something is sent. */
  readonly onSilent: () => void;
  readonly onGone: () => void;
}

/** One who reads the status stream. While a line is being written to it, it gets no other. */
export class StatusReader {
  readonly #socket: ByteConnection;
  readonly #callbacks: StatusReaderCallbacks;
  #isBusy = false;
  #isClosed = false;

  constructor(socket: ByteConnection, callbacks: StatusReaderCallbacks) {
    this.#socket = socket;
    this.#callbacks = callbacks;
  }

  /** True while the last line is not yet written. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Looks out for its end until it is gone; what it says is nobody's business. Never rejects. */
  async watch(): Promise<void> {
    const buffer = new Uint8Array(READ_BUFFER_BYTES);
    for (let said = 0; said < MOST_SAID_BYTES;) {
      const count = await this.#socket.read(buffer).catch(() => null);
      if (this.#isClosed) return;
      if (count === null) return this.#callbacks.onSilent();
      said += count;
    }
    this.close();
  }

  /** Writes one whole line; resolves when it is written, or the reader is gone. */
  async send(line: Uint8Array): Promise<void> {
    this.#isBusy = true;
    try {
      for (let offset = 0; offset < line.length && !this.#isClosed;) {
        offset += await this.#socket.write(line.subarray(offset));
      }
      this.#callbacks.onWritten(line.length);
    } catch {
      this.close();
    } finally {
      this.#isBusy = false;
    }
  }

  /** Ends it now. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      shutDown(this.#socket);
      hangUp(this.#socket);
    } catch {
      // Closed by the other side in this very moment.
    }
    this.#callbacks.onGone();
  }
}
