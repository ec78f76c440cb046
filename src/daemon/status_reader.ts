import { shutDown } from "../platform/accepted_sockets.ts";
import type { ByteSink } from "./outbox.ts";

/** One who reads the status stream. While a line is being written to it, it gets no other. */
export class StatusReader {
  readonly #socket: ByteSink & { close(): void };
  readonly #callbacks: { onWritten: (bytes: number) => void; onGone: () => void };
  #isBusy = false;
  #isClosed = false;

  constructor(
    socket: ByteSink & { close(): void },
    callbacks: { onWritten: (bytes: number) => void; onGone: () => void },
  ) {
    this.#socket = socket;
    this.#callbacks = callbacks;
  }

  /** True while the last line is not yet written. */
  get isBusy(): boolean {
    return this.#isBusy;
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
      // It reads no more. What it says to us is nobody's business, so this is how its end is found.
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
      this.#socket.close();
    } catch {
      // Closed by the other side in this very moment.
    }
    this.#callbacks.onGone();
  }
}
