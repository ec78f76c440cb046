import { Wakeup } from "../base/wakeup.ts";
import { encodeFrame, FrameKind } from "../protocol/frame.ts";

/** So much goes into one frame. */
const PIECE_BYTES = 64 * 1024;

/** What an {@linkcode ExecInput} needs. */
export interface ExecInputOptions {
  readonly source: AsyncIterable<Uint8Array>;
  /** How much may be on its way that the command has not taken; what the daemon's reply says. */
  readonly windowBytes: number;
  readonly write: (frame: Uint8Array) => Promise<void>;
}

/** Passes a stdin on to the command of an exec: no more of it is read than the command takes. */
export class ExecInput {
  readonly #options: ExecInputOptions;
  readonly #onChange = new Wakeup();
  #outstanding = 0;
  #isClosed = false;

  constructor(options: ExecInputOptions) {
    this.#options = options;
  }

  /** The command has taken so much. */
  taken(bytes: number): void {
    this.#outstanding -= bytes;
    this.#onChange.notify();
  }

  /** The command takes nothing more. */
  close(): void {
    this.#isClosed = true;
    this.#onChange.notify();
  }

  /**
   * Resolves when all was sent, and its end, or nobody wants it any more.
   * @throws what the source throws, and `write`
   */
  async run(): Promise<void> {
    for await (const bytes of this.#options.source) {
      for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
        await this.#send(bytes.subarray(offset, offset + PIECE_BYTES));
      }
      if (this.#isClosed) return;
    }
    // An empty frame is the end.
    await this.#send(new Uint8Array());
  }

  async #send(piece: Uint8Array): Promise<void> {
    const { windowBytes, write } = this.#options;
    while (this.#outstanding + piece.length > windowBytes && !this.#isClosed) {
      await this.#onChange.wait();
    }
    if (this.#isClosed) return;
    this.#outstanding += piece.length;
    await write(encodeFrame(FrameKind.stdin, piece));
  }
}
