/** One end of a stream in memory, with a client at the other that reads when the test wants. */
import type { ByteConnection } from "../../src/rpc/server/outbox.ts";
import {
  decodeControl,
  encodeControl,
  type Frame,
  FrameDecoder,
} from "../../src/protocol/frame.ts";
import type { Message } from "./fake_peer.ts";

/** A socket whose other side is the test. */
export class FakeClient {
  /** What the daemon's connection is made of. */
  readonly socket: ByteConnection;
  /** Every whole frame that the client has taken. */
  readonly frames: Frame[] = [];
  readonly #decoder = new FrameDecoder(1 << 30);
  readonly #incoming: (Uint8Array | null)[] = [];
  #wakeReader = () => {};
  #gate: PromiseWithResolvers<void> | undefined;
  #isClosed = false;

  constructor() {
    this.socket = {
      read: (buffer) => this.#read(buffer),
      write: (bytes) => this.#write(bytes),
      closeWrite: () => Promise.resolve(),
      close: () => this.hangUp(),
    };
  }

  /** True when either side has ended the connection. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The control messages so far. */
  get messages(): Message[] {
    return this.frames.filter(({ kind }) => kind === 1).map(({ body }) => decodeControl(body));
  }

  /** The bytes so far of the frames of this kind. */
  bytesOf(kind: number): number {
    return this.frames.filter((frame) => frame.kind === kind)
      .reduce((sum, { body }) => sum + body.length, 0);
  }

  /** Sends a control message to the daemon. */
  send(message: Message): void {
    this.#push(encodeControl(message));
  }

  /** Stops taking what the daemon sends. */
  pause(): void {
    this.#gate ??= Promise.withResolvers<void>();
  }

  /** Takes it again. */
  resume(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  /** Goes away. */
  hangUp(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.resume();
    this.#push(null);
  }

  #push(bytes: Uint8Array | null): void {
    this.#incoming.push(bytes);
    this.#wakeReader();
  }

  async #read(buffer: Uint8Array): Promise<number | null> {
    while (this.#incoming.length === 0) {
      await new Promise<void>((resolve) => this.#wakeReader = resolve);
    }
    const bytes = this.#incoming.shift()!;
    if (bytes === null) return null;
    buffer.set(bytes);
    return bytes.length;
  }

  async #write(bytes: Uint8Array): Promise<number> {
    await this.#gate?.promise;
    if (this.#isClosed) throw new Error("broken pipe");
    for (const { kind, body } of this.#decoder.push(bytes)) {
      this.frames.push({ kind, body: body.slice() });
    }
    return bytes.length;
  }
}
