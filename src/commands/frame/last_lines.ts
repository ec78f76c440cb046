import { hangUp, type OpenSocket } from "../../platform/hang_up.ts";

/** A snapshot of a thousand jobs is 1 MB. */
const LONGEST_LINE = 64 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

/**
 * The lines of a connection as they come; of several that came together only the last: a slow reader wants what is true
 * now. Ends with the connection.
 */
export class LastLines implements AsyncIterable<string>, Disposable {
  readonly #connection: OpenSocket & { read(buffer: Uint8Array): Promise<number | null> };
  #isClosed = false;
  /** Ends the wait for a read: hanging up alone does not, as long as the other side does nothing. */
  #giveUp: () => void = () => {};

  constructor(connection: OpenSocket & { read(buffer: Uint8Array): Promise<number | null> }) {
    this.#connection = connection;
  }

  /** Ends it now. Calling it again does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    hangUp(this.#connection);
    this.#giveUp();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(READ_BYTES);
    let text = "";
    while (text.length < LONGEST_LINE) {
      const count = await this.#read(buffer);
      if (count === null) return;
      const part = decoder.decode(buffer.subarray(0, count), { stream: true });
      const lines = (text + part).split("\n");
      text = lines.pop()!;
      const last = lines.findLast((line) => line !== "");
      if (last !== undefined) yield last;
    }
  }

  #read(buffer: Uint8Array): Promise<number | null> {
    if (this.#isClosed) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#giveUp = () => resolve(null);
      this.#connection.read(buffer).then(resolve, this.#giveUp);
    });
  }
}
