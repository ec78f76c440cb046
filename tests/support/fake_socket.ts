/** The daemon's end of a connection, with the test as the client. */
import { decodeControl, encodeControl, FrameDecoder } from "../../src/protocol/frame.ts";
import type { Message } from "./fake_peer.ts";

/** A socket without a system: what is written is kept, what is read the test has sent. */
export class FakeSocket {
  /** Everything the daemon has written so far. */
  written: Uint8Array[] = [];
  isClosed = false;
  readonly #incoming: Uint8Array[] = [];
  readonly #decoder = new FrameDecoder(1 << 30);
  #hasEnded = false;
  #isBlocked = false;
  #isBroken = false;
  #wakeReader: () => void = () => {};
  #wakeWriter: () => void = () => {};

  /** The client sends bytes. */
  feed(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#incoming.push(bytes);
    this.#wakeReader();
  }

  /** The client sends control messages. */
  send(...messages: Message[]): void {
    for (const message of messages) this.feed(encodeControl(message));
  }

  /** The client says that nothing more will come. */
  endWriting(): void {
    this.#hasEnded = true;
    this.#wakeReader();
  }

  /** The client does not read any more. */
  block(): void {
    this.#isBlocked = true;
  }

  /** The client reads again. */
  unblock(): void {
    this.#isBlocked = false;
    this.#wakeWriter();
  }

  /** The client is gone. */
  break(): void {
    this.#isBroken = true;
    this.endWriting();
    this.#wakeWriter();
  }

  /** The control messages that were written since the last look. */
  messages(): Message[] {
    return this.written.splice(0).flatMap((bytes) => [...this.#decoder.push(bytes)])
      .map((frame) => decodeControl(frame.body));
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#incoming.length === 0 && !this.#hasEnded && !this.isClosed) {
      await new Promise<void>((resolve) => this.#wakeReader = resolve);
    }
    if (this.isClosed) return null;
    const next = this.#incoming.shift();
    if (next === undefined) return null;
    buffer.set(next.subarray(0, buffer.length));
    if (next.length > buffer.length) this.#incoming.unshift(next.subarray(buffer.length));
    return Math.min(next.length, buffer.length);
  }

  async write(bytes: Uint8Array): Promise<number> {
    while (this.#isBlocked && !this.#isBroken && !this.isClosed) {
      await new Promise<void>((resolve) => this.#wakeWriter = resolve);
    }
    if (this.#isBroken || this.isClosed) throw new Error("broken pipe");
    // As little as half at once: who writes has to go on.
    const count = Math.max(1, Math.ceil(bytes.length / 2));
    this.written.push(bytes.slice(0, count));
    return count;
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    if (this.isClosed) throw new Error("closed twice");
    this.isClosed = true;
    this.#wakeReader();
    this.#wakeWriter();
  }
}
