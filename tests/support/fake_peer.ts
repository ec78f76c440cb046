/** A client as a fake daemon sees it. */
import { hangUp } from "../../src/platform/hang_up.ts";
import {
  decodeControl,
  encodeControl,
  encodeFrame,
  FrameDecoder,
  type FrameKind,
} from "../../src/protocol/frame.ts";

/** A control message, as loosely as a test wants to look at it. */
// deno-lint-ignore no-explicit-any
export type Message = any;

/** The client hung up; ends a script quietly. */
export class PeerGone extends Error {}

/** One client of a fake daemon. */
export class Peer {
  readonly #conn: Deno.UnixConn;
  readonly #decoder = new FrameDecoder();
  readonly #waiting: Message[] = [];
  #isClosed = false;

  constructor(conn: Deno.UnixConn) {
    this.#conn = conn;
  }

  /** The client's next message. @throws PeerGone */
  async next(): Promise<Message> {
    while (this.#waiting.length === 0) {
      const buffer = new Uint8Array(65_536);
      const count = await this.#conn.read(buffer).catch(() => null);
      if (count === null) throw new PeerGone();
      for (const frame of this.#decoder.push(buffer.subarray(0, count))) {
        this.#waiting.push(decodeControl(frame.body));
      }
    }
    return this.#waiting.shift();
  }

  /** The client's next request, of this type. */
  async expect(type: string): Promise<Message> {
    const message = await this.next();
    if (message.type !== type) {
      throw new Error(`Expected "${type}", got ${JSON.stringify(message)}`);
    }
    return message;
  }

  /** Resolves when the client has hung up, whatever else it sends. */
  async gone(): Promise<void> {
    try {
      for (;;) await this.next();
    } catch (error) {
      if (!(error instanceof PeerGone)) throw error;
    }
  }

  /** Sends control messages, all in one write. */
  async send(...messages: Message[]): Promise<void> {
    for (const message of messages) this.#buffered.push(encodeControl(message));
    await this.flush();
  }

  readonly #buffered: Uint8Array[] = [];

  /** Puts a frame of bytes before what is sent next. */
  add(kind: FrameKind, bytes: Uint8Array): this {
    this.#buffered.push(encodeFrame(kind, bytes));
    return this;
  }

  /** Sends what was added. */
  async flush(): Promise<void> {
    const parts = this.#buffered.splice(0);
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    await this.sendBytes(bytes);
  }

  /** Sends any bytes at all. */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
    } catch {
      throw new PeerGone();
    }
  }

  /** Answers a request. */
  async reply({ id }: Message, data: unknown): Promise<void> {
    await this.send({ id, ok: true, data });
  }

  /** Says that nothing more will come; what the other side says is still read. */
  async closeWrite(): Promise<void> {
    await this.#conn.closeWrite();
  }

  /** Hangs up. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    hangUp(this.#conn);
  }
}
