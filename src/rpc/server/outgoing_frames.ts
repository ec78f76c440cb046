import type { Settings } from "../../config/settings.ts";
import { setSendBuffer } from "../../platform/sockets/accepted_sockets.ts";
import { encodeFrame, encodeFrameInPlace, type FrameKind } from "../../protocol/frame.ts";
import { type ByteSink, Outbox } from "./outbox.ts";

/** What frames are sent with. */
export interface OutgoingFramesOptions {
  readonly socket: ByteSink;
  readonly settings: () => Settings;
  readonly onWritten: (bytes: number) => void;
  /** Called with how much memory is held by what waits. */
  readonly onHeld: (bytes: number) => void;
  /** Called when the client cannot be written to any more. */
  readonly onFailed: () => void;
  /** Called when more waits for the client than may: it does not read what it asked for. */
  readonly onFull: () => void;
}

/** Below this, a subscriber's connection takes more events. */
const READY_BELOW_BYTES = 64 * 1024;
/** A peer that sends requests and never reads the replies: two frames' worth may wait, and a queue of events. */
const MOST_PENDING_FRAMES = 4;

/** Half of `net.core.wmem_default`: the rest is what the kernel needs beside it. */
const USUAL_SEND_BUFFER_BYTES = 104 * 1024;

/** What one client is sent, in order. */
export class OutgoingFrames {
  readonly #options: OutgoingFramesOptions;
  readonly #outbox: Outbox;
  readonly #onDrained = new Set<() => void>();
  readonly #spares = new Map<FrameKind, Uint8Array<ArrayBuffer>>();
  /** What the kernel is known to keep. */
  #keptBytes = USUAL_SEND_BUFFER_BYTES;
  #isOver = false;

  constructor(options: OutgoingFramesOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.socket, {
      onDrained: () => [...this.#onDrained].forEach((listener) => listener()),
      onFailed: options.onFailed,
      onWritten: (bytes) => {
        options.onWritten(bytes);
        options.onHeld(this.#outbox.heldBytes);
      },
    });
  }

  /** True while the client has not taken all of it. */
  get isBehind(): boolean {
    return this.#outbox.pendingBytes > 0;
  }

  /** True when it takes more without hoarding it. */
  get isReady(): boolean {
    return this.#outbox.pendingBytes < READY_BELOW_BYTES;
  }

  /** Queues an encoded frame, unless too much waits already, or the last one was sent. */
  push(frame: Uint8Array): void {
    if (this.#isOver) return;
    const { maxFrameBytes, queueBytes } = this.#options.settings();
    // What waited before counts: a single answer may be larger than all that.
    if (this.#outbox.pendingBytes > MOST_PENDING_FRAMES * maxFrameBytes + queueBytes) {
      return this.#options.onFull();
    }
    this.#outbox.push(frame);
    this.#options.onHeld(this.#outbox.heldBytes);
  }

  /** Queues the last frame, however much waits. */
  pushLast(frame: Uint8Array): void {
    this.#isOver = true;
    this.#outbox.push(frame);
  }

  /**
   * Sends a chunk of output and waits while the client does not take it: this is what slows a command down. Where there
   * is room in its buffer it is sent out of that.
   */
  async pushOutput(kind: FrameKind, bytes: Uint8Array, hasRoom = false): Promise<void> {
    this.#expectPieces(bytes.length);
    if (hasRoom) {
      this.push(encodeFrameInPlace(kind, bytes));
      return await this.drained();
    }
    // One buffer for each stream, used again and again: garbage would be most of the daemon's memory.
    const spare = this.#spares.get(kind);
    this.#spares.delete(kind);
    const frame = encodeFrame(kind, bytes, spare);
    this.push(frame);
    await this.drained();
    this.#spares.set(kind, new Uint8Array(frame.buffer));
  }

  /** Where the kernel keeps less than a piece, daemon and client wait for each other several times for each. */
  #expectPieces(bytes: number): void {
    if (bytes <= this.#keptBytes) return;
    this.#keptBytes = bytes;
    setSendBuffer(this.#options.socket, bytes);
  }

  /** Resolves when nothing waits to be sent any more, or it is over. */
  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  /** Calls `listener` each time everything was sent. */
  tellDrained(listener: () => void): Disposable {
    this.#onDrained.add(listener);
    return { [Symbol.dispose]: () => void this.#onDrained.delete(listener) };
  }

  /** Drops what waits. */
  close(): void {
    this.#isOver = true;
    this.#outbox.close();
  }
}
