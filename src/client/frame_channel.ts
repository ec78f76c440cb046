import { AppError } from "../base/app_error.ts";
import { hangUp, type OpenSocket } from "../platform/hang_up.ts";
import { type Frame, FrameDecoder } from "../protocol/frame.ts";

/** What a connection must be able to do; a unix socket's is one. */
export interface ByteStream extends OpenSocket {
  read(buffer: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
}

/** A list of a thousand jobs is larger than any request may be; the daemon is our own and may send it. */
export const MAX_REPLY_BYTES = 64 * 1024 * 1024;

const READ_BYTES = 64 * 1024;
/** As much as the kernel keeps for a unix socket. */
const READ_OUTPUT_BYTES = 256 * 1024;

/** A connection as frames: read one after the other, written whole. */
export class FrameChannel {
  readonly #stream: ByteStream;
  readonly #decoder = new FrameDecoder();
  #buffer = new Uint8Array(READ_BYTES);
  #frames: Generator<Frame> | undefined;
  #lastWrite: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** The largest frame that is accepted from the next one on. */
  set maxFrameBytes(bytes: number) {
    this.#decoder.maxBytes = bytes;
  }

  /** Reads on in larger pieces, and passes output on without copying it: it is only good until the next read. */
  expectOutput(): void {
    if (this.#decoder.passesBytes) return;
    this.#decoder.passesBytes = true;
    this.#buffer = new Uint8Array(READ_OUTPUT_BYTES);
  }

  /**
   * The next frame; undefined when the other side has ended the stream between two.
   * @throws AppError `daemon.connection_lost`, `protocol.*`
   */
  async read(): Promise<Frame | undefined> {
    for (;;) {
      const next = this.#frames?.next();
      if (next && !next.done) return next.value;
      this.#frames = undefined;
      const buffer = this.#buffer;
      const count = await this.#readBytes(buffer);
      if (count === null) {
        if (this.#decoder.isAtBoundary) return undefined;
        throw connectionLost();
      }
      this.#frames = this.#decoder.push(buffer.subarray(0, count));
    }
  }

  async #readBytes(buffer: Uint8Array): Promise<number | null> {
    try {
      return await this.#stream.read(buffer);
    } catch (cause) {
      throw connectionLost(cause);
    }
  }

  /**
   * Writes one encoded frame after those before it; resolves when the kernel has it.
   * @throws AppError `daemon.connection_lost`
   */
  write(frame: Uint8Array): Promise<void> {
    const write = this.#lastWrite.then(() => this.#writeAll(frame));
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  async #writeAll(frame: Uint8Array): Promise<void> {
    try {
      for (let offset = 0; offset < frame.length;) {
        offset += await this.#stream.write(frame.subarray(offset));
      }
    } catch (cause) {
      throw connectionLost(cause);
    }
  }

  /** Ends the connection at once. Calling it again does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    hangUp(this.#stream);
  }
}

/** The other side is gone, and nobody said why. */
export function connectionLost(cause?: unknown): AppError {
  return new AppError("daemon.connection_lost", "Lost the connection to the daemon", {
    hint: "Jobs are not harmed: the next command finds them again",
    cause,
  });
}
