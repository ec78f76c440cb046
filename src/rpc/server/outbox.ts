import { background } from "../../platform/guarded.ts";
import { FrameQueue } from "./frame_queue.ts";

/** The writing half of a connection, as far as an outbox needs it. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

/** Both halves of one: what is needed of a socket. */
export interface ByteConnection extends ByteSink {
  read(buffer: Uint8Array): Promise<number | null>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** How the owner of an outbox hears from it. */
export interface OutboxCallbacks {
  /** Called when everything was written. */
  readonly onDrained: () => void;
  /** Called once, when the peer cannot be written to any more. */
  readonly onFailed: (error: unknown) => void;
  readonly onWritten: (bytes: number) => void;
}

/** Bytes on their way to one peer, in order; says how many wait, so that producers can hold back. */
export class Outbox {
  readonly #sink: ByteSink;
  readonly #callbacks: OutboxCallbacks;
  readonly #queue = new FrameQueue();
  #pendingBytes = 0;
  #writingBytes = 0;
  #isPumping = false;
  #isClosed = false;
  #waiters: (() => void)[] = [];

  constructor(sink: ByteSink, callbacks: OutboxCallbacks) {
    this.#sink = sink;
    this.#callbacks = callbacks;
  }

  /** How many bytes wait to be written. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** How much memory that takes. */
  get heldBytes(): number {
    return this.#writingBytes + this.#queue.heldBytes;
  }

  /** Queues `bytes`; they must not be changed afterwards. */
  push(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    this.#queue.push(bytes);
    this.#pendingBytes += bytes.length;
    if (!this.#isPumping) background("outbox.pump", () => this.#pump(), this.#callbacks.onFailed);
  }

  /** Resolves when nothing waits any more, or the outbox is closed. */
  async drained(): Promise<void> {
    if (this.#pendingBytes === 0 || this.#isClosed) return;
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Drops what waits. */
  close(): void {
    this.#isClosed = true;
    this.#queue.clear();
    this.#pendingBytes = 0;
    this.#writingBytes = 0;
    this.#wake();
  }

  async #pump(): Promise<void> {
    this.#isPumping = true;
    try {
      for (let bytes = this.#queue.shift(); bytes !== undefined; bytes = this.#queue.shift()) {
        this.#writingBytes = bytes.buffer.byteLength;
        await this.#writeAll(bytes);
        if (this.#isClosed) return;
        this.#pendingBytes -= bytes.length;
        this.#writingBytes = 0;
        this.#callbacks.onWritten(bytes.length);
      }
    } catch (error) {
      if (!this.#isClosed) this.#callbacks.onFailed(error);
      return;
    } finally {
      this.#isPumping = false;
    }
    this.#wake();
    this.#callbacks.onDrained();
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      written += await this.#sink.write(written === 0 ? bytes : bytes.subarray(written));
    }
  }

  #wake(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }
}
