import { type Clock, delay } from "../../base/clock.ts";
import type { Settings } from "../../config/settings.ts";
import { type Frame, FrameDecoder } from "../../protocol/frame.ts";
import type { Deadline } from "./deadline.ts";
import type { ByteConnection } from "./outbox.ts";

/** What frames are read with. */
export interface IncomingFramesOptions {
  readonly socket: Pick<ByteConnection, "read">;
  readonly clock: Clock;
  readonly settings: () => Settings;
  /** Of the frame that was begun. */
  readonly deadline: Deadline;
  /** Called with how many bytes came, before they are looked at. */
  readonly onBytes: (count: number) => void;
  /** What it throws ends the reading. */
  readonly onFrame: (frame: Frame) => void;
  /** Called with how many bytes of a frame are held that is not whole yet. */
  readonly onHeld: (bytes: number) => void;
  /** True while bytes for a command come, which are many. */
  readonly isStreaming: () => boolean;
  /** True when nothing more is to be read. */
  readonly isOver: () => boolean;
}

const READ_BUFFER_BYTES = 16 * 1024;
const STREAM_BUFFER_BYTES = 256 * 1024;
const FRAMES_A_TURN = 32;
/** Enough for a hello, for as long as nobody knows who it is. */
const FIRST_READ_BYTES = 1_024;

/** What one client sends, as frames. Before the client is welcome there is room for a hello and no more. */
export class IncomingFrames {
  readonly #options: IncomingFramesOptions;
  readonly #decoder = new FrameDecoder();
  #isWelcome = false;

  constructor(options: IncomingFramesOptions) {
    this.#options = options;
  }

  /** From now on frames may be as large as the settings say, and take so long. */
  welcome(): void {
    this.#isWelcome = true;
    this.#decoder.maxBytes = this.#options.settings().maxFrameBytes;
    this.#decoder.passesBytes = true;
  }

  /** Reads until the client has ended its half of the stream, or it is over. Throws what `onFrame` does. */
  async readAll(): Promise<void> {
    const { socket, clock, onBytes, onFrame, onHeld, isStreaming, isOver } = this.#options;
    let buffer = new Uint8Array(FIRST_READ_BYTES);
    let frames = 0;
    while (true) {
      const size = isStreaming() ? STREAM_BUFFER_BYTES : READ_BUFFER_BYTES;
      if (this.#isWelcome && buffer.length < size) buffer = new Uint8Array(size);
      const count = await socket.read(buffer).catch(() => null);
      if (count === null || isOver()) return;
      onBytes(count);
      let isNew = this.#decoder.isAtBoundary;
      for (const frame of this.#decoder.push(buffer.subarray(0, count))) {
        isNew = true;
        onFrame(frame);
        // What is there is read without a turn of the event loop: nobody else would be heard meanwhile.
        if (++frames % FRAMES_A_TURN === 0) await delay(clock, 0);
        if (isOver()) return;
      }
      onHeld(this.#decoder.heldBytes);
      this.#watchPartialFrame(isNew);
    }
  }

  /** A frame that was begun must be ended in time, however many bytes trickle in meanwhile. */
  #watchPartialFrame(isNew: boolean): void {
    const { deadline, settings } = this.#options;
    if (!this.#isWelcome) return;
    if (this.#decoder.isAtBoundary) deadline.cancel();
    else if (isNew) deadline.set(settings().frameTimeoutMs, "a frame was not ended in time");
  }
}
