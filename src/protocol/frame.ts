/**
 * `protocol/` is the language that client and daemon both speak: frames, the handshake, requests, replies, events,
 * and the shapes of a job and a snapshot. It does no I/O; PROTOCOL.md tells the same in prose.
 */
import { AppError } from "../base/app_error.ts";

/** What the body of a frame is. Output is raw bytes, never wrapped in JSON. */
export const FrameKind = { control: 1, stdout: 2, stderr: 3, stdin: 4 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** One frame off the wire; `body` is the receiver's to keep. */
export interface Frame {
  readonly kind: FrameKind;
  readonly body: Uint8Array;
}

/** The length field: 4 bytes, big-endian; it counts the kind byte and the body. */
const LENGTH_BYTES = 4;

/** Before the handshake nobody has a reason to send more. */
export const MAX_FRAME_BYTES_BEFORE_HELLO = 64 * 1024;
/** The default of the `max_frame_bytes` setting. */
export const DEFAULT_MAX_FRAME_BYTES = 1024 * 1024;

/** The frame as it goes onto the wire, in one buffer so that one write sends it. */
export function encodeFrame(kind: FrameKind, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(LENGTH_BYTES + 1 + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length + 1);
  bytes[LENGTH_BYTES] = kind;
  bytes.set(body, LENGTH_BYTES + 1);
  return bytes;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** A control message as a frame. */
export function encodeControl(message: unknown): Uint8Array<ArrayBuffer> {
  return encodeFrame(FrameKind.control, encoder.encode(JSON.stringify(message)));
}

/**
 * The JSON value in a control frame's body.
 * @throws AppError `protocol.malformed`
 */
export function decodeControl(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body));
  } catch (cause) {
    throw new AppError("protocol.malformed", "A control frame holds no valid JSON", { cause });
  }
}

/**
 * Cuts a byte stream into frames, whatever pieces it arrives in. Holds at most one unfinished frame, and refuses a
 * length over `maxBytes` before anything is allocated for it.
 */
export class FrameDecoder {
  /** The largest accepted length field; raised after the handshake. */
  maxBytes: number;
  #header = new Uint8Array(LENGTH_BYTES);
  #headerFilled = 0;
  #body: Uint8Array | undefined;
  #bodyFilled = 0;

  constructor(maxBytes: number = MAX_FRAME_BYTES_BEFORE_HELLO) {
    this.maxBytes = maxBytes;
  }

  /** True between frames: the stream may end here. */
  get isAtBoundary(): boolean {
    return this.#headerFilled === 0 && this.#body === undefined;
  }

  /**
   * The frames that `chunk` completes, in order; lazily, so that `maxBytes` may change between two of them.
   * @throws AppError `protocol.frame_too_large`, `protocol.malformed`; the stream is unusable afterwards
   */
  *push(chunk: Uint8Array): Generator<Frame> {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#body === undefined) {
        const taken = Math.min(LENGTH_BYTES - this.#headerFilled, chunk.length - offset);
        this.#header.set(chunk.subarray(offset, offset + taken), this.#headerFilled);
        this.#headerFilled += taken;
        offset += taken;
        if (this.#headerFilled < LENGTH_BYTES) return;
        this.#openBody();
        continue;
      }
      const taken = Math.min(this.#body.length - this.#bodyFilled, chunk.length - offset);
      this.#body.set(chunk.subarray(offset, offset + taken), this.#bodyFilled);
      this.#bodyFilled += taken;
      offset += taken;
      if (this.#bodyFilled === this.#body.length) yield this.#closeBody(this.#body);
    }
  }

  #openBody(): void {
    const length = new DataView(this.#header.buffer).getUint32(0);
    if (length === 0) {
      throw new AppError("protocol.malformed", "A frame has no kind: its length is 0");
    }
    if (length > this.maxBytes) {
      throw new AppError(
        "protocol.frame_too_large",
        `A frame of ${length} bytes is over the limit of ${this.maxBytes}`,
      );
    }
    this.#body = new Uint8Array(length);
    this.#bodyFilled = 0;
  }

  #closeBody(bytes: Uint8Array): Frame {
    this.#body = undefined;
    this.#headerFilled = 0;
    const kind = bytes[0]!;
    if (kind < FrameKind.control || kind > FrameKind.stdin) {
      throw new AppError("protocol.malformed", `Unknown kind of frame: ${kind}`);
    }
    return { kind: kind as FrameKind, body: bytes.subarray(1) };
  }
}
