/**
 * `protocol/` is the language that client and daemon both speak: frames, the handshake, requests, replies, events,
 * and the shapes of a job and a snapshot. It does no I/O; PROTOCOL.md tells the same in prose.
 */
import { AppError } from "../base/app_error.ts";

/** What the body of a frame is. Output is raw bytes, never wrapped in JSON. */
export const FrameKind = { control: 1, stdout: 2, stderr: 3, stdin: 4 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** One frame off the wire; `body` is the receiver's to keep, unless the decoder passes bytes on. */
export interface Frame {
  readonly kind: FrameKind;
  readonly body: Uint8Array;
}

/** The length field: 4 bytes, big-endian; it counts the kind byte and the body. */
const LENGTH_BYTES = 4;

/** What stands before the body of a frame. */
export const FRAME_ROOM_BYTES = LENGTH_BYTES + 1;
/** Before the handshake nobody has a reason to send more. */
const MAX_FRAME_BYTES_BEFORE_HELLO = 64 * 1024;

/** The frame as it goes onto the wire, in one buffer so that one write sends it: in `into` when it is large enough. */
export function encodeFrame(
  kind: FrameKind,
  body: Uint8Array,
  into?: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const length = FRAME_ROOM_BYTES + body.length;
  const bytes = into !== undefined && into.length >= length
    ? into.subarray(0, length)
    : new Uint8Array(length);
  bytes.set(body, FRAME_ROOM_BYTES);
  return putHeader(kind, bytes);
}

/** The same without a copy: what stands in the {@linkcode FRAME_ROOM_BYTES} before the body in its buffer is lost. */
export function encodeFrameInPlace(
  kind: FrameKind,
  { buffer, byteOffset, length }: Uint8Array,
): Uint8Array {
  const begin = byteOffset - FRAME_ROOM_BYTES;
  return putHeader(kind, new Uint8Array(buffer, begin, FRAME_ROOM_BYTES + length));
}

function putHeader<Bytes extends Uint8Array>(kind: FrameKind, frame: Bytes): Bytes {
  new DataView(frame.buffer, frame.byteOffset).setUint32(0, frame.length - LENGTH_BYTES);
  frame[LENGTH_BYTES] = kind;
  return frame;
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
  /**
   * Passes stdin, stdout and stderr on as they arrive, in the chunk they are part of, and only good until more is read
   * into that: a frame may come in several pieces, and several frames of one kind as one.
   */
  passesBytes = false;
  #header = new Uint8Array(LENGTH_BYTES);
  #headerFilled = 0;
  /** Of the frame under way. */
  #kind: FrameKind | undefined;
  #left = 0;
  #body: Uint8Array | undefined;

  constructor(maxBytes: number = MAX_FRAME_BYTES_BEFORE_HELLO) {
    this.maxBytes = maxBytes;
  }

  /** True between frames: the stream may end here. */
  get isAtBoundary(): boolean {
    return this.#headerFilled === 0;
  }

  /** How many bytes the unfinished frame takes, once it is whole. */
  get heldBytes(): number {
    return this.#body?.length ?? 0;
  }

  /**
   * The frames that `chunk` completes, in order; lazily, so that `maxBytes` may change between two of them.
   * @throws AppError `protocol.frame_too_large`, `protocol.malformed`; the stream is unusable afterwards
   */
  *push(chunk: Uint8Array): Generator<Frame> {
    let offset = 0;
    while (offset < chunk.length) {
      const wanted = this.#headerFilled < LENGTH_BYTES
        ? LENGTH_BYTES - this.#headerFilled
        : this.#kind === undefined
        ? 1
        : this.#left;
      const piece = chunk.subarray(offset, offset + wanted);
      offset += piece.length;
      const frame = this.#headerFilled < LENGTH_BYTES
        ? this.#takeHeader(piece)
        : this.#kind === undefined
        ? this.#takeKind(piece[0]!)
        : this.#takeBody(this.#kind, piece);
      if (frame === undefined) continue;
      if (frame.body !== piece) yield frame;
      else {
        const begin = offset - piece.length;
        const closed = this.#closeUp(chunk, offset, frame.kind);
        offset = closed.next;
        yield { kind: frame.kind, body: chunk.subarray(begin, closed.end) };
      }
    }
  }

  /**
   * Moves what follows of the same kind up to `from`, over the headers between: one write takes it all then. Returns
   * where that ends, and where there is more to be taken.
   */
  #closeUp(chunk: Uint8Array, from: number, kind: FrameKind): { end: number; next: number } {
    let [end, next] = [from, from];
    while (this.isAtBoundary) {
      const body = next + FRAME_ROOM_BYTES;
      // A header in two parts, of another kind or of no good is for the next turn.
      if (body > chunk.length || chunk[next + LENGTH_BYTES] !== kind) break;
      const length = new DataView(chunk.buffer, chunk.byteOffset + next).getUint32(0);
      if (length < 2 || length > this.maxBytes) break;
      this.#takeHeader(chunk.subarray(next, next + LENGTH_BYTES));
      this.#takeKind(kind);
      next = Math.min(body + this.#left, chunk.length);
      chunk.copyWithin(end, body, next);
      end += next - body;
      if (next > body) this.#takeBody(kind, chunk.subarray(body, next));
    }
    return { end, next };
  }

  #takeHeader(piece: Uint8Array): undefined {
    this.#header.set(piece, this.#headerFilled);
    this.#headerFilled += piece.length;
    if (this.#headerFilled < LENGTH_BYTES) return;
    const length = new DataView(this.#header.buffer).getUint32(0);
    if (length === 0) {
      throw new AppError("protocol.malformed", "A frame has no kind: its length is 0");
    }
    if (length > this.maxBytes) {
      throw new AppError(
        "protocol.frame_too_large",
        `A frame of ${length} bytes is over the limit of ${this.maxBytes}`,
        { hint: "Send less at once, or raise max_frame_bytes in the settings" },
      );
    }
    this.#left = length - 1;
  }

  #takeKind(kind: number): Frame | undefined {
    if (kind < FrameKind.control || kind > FrameKind.stdin) {
      throw new AppError("protocol.malformed", `Unknown kind of frame: ${kind}`);
    }
    this.#kind = kind as FrameKind;
    const isPassed = this.passesBytes && kind !== FrameKind.control;
    this.#body = isPassed ? undefined : new Uint8Array(this.#left);
    return this.#left === 0 ? this.#close(this.#kind, new Uint8Array()) : undefined;
  }

  #takeBody(kind: FrameKind, piece: Uint8Array): Frame | undefined {
    const body = this.#body;
    body?.set(piece, body.length - this.#left);
    this.#left -= piece.length;
    if (this.#left === 0) return this.#close(kind, body ?? piece);
    return body === undefined ? { kind, body: piece } : undefined;
  }

  #close(kind: FrameKind, body: Uint8Array): Frame {
    this.#headerFilled = 0;
    this.#kind = undefined;
    this.#body = undefined;
    return { kind, body };
  }
}
