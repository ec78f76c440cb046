import type { OutputStream } from "../frame/command.ts";

/** So much is written at once. */
const CAPACITY_BYTES = 64 * 1024;

/** Collects what is to be written, so that many short lines take few writes. */
export class WriteBuffer {
  readonly #stream: OutputStream;
  readonly #bytes = new Uint8Array(CAPACITY_BYTES);
  readonly #encoder = new TextEncoder();
  #length = 0;

  constructor(stream: OutputStream) {
    this.#stream = stream;
  }

  /**
   * Takes the text and the bytes behind it. Undefined when there was room, as mostly; else resolves when there was: a turn
   * of the loop for each line would cost more than the lines. The bytes are the caller's again then.
   */
  append(text: string, bytes?: Uint8Array): Promise<void> | undefined {
    const length = (bytes?.length ?? 0) + 3 * text.length;
    if (length > CAPACITY_BYTES - this.#length) return this.#appendMuch(text, bytes);
    if (text !== "") {
      this.#length += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
    }
    if (bytes) {
      this.#bytes.set(bytes, this.#length);
      this.#length += bytes.length;
    }
    return undefined;
  }

  /** Resolves when all of it was taken. */
  async flush(): Promise<void> {
    if (this.#length === 0) return;
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    await this.#stream.write(bytes);
  }

  async #appendMuch(text: string, bytes: Uint8Array | undefined): Promise<void> {
    await this.flush();
    if (text !== "") await this.#stream.write(text);
    if (bytes) await this.#stream.write(bytes);
  }
}
