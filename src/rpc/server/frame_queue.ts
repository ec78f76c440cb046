/** What a buffer takes in memory beside its bytes: the view, the buffer and its store. Measured with Deno 2.8. */
export const BUFFER_OVERHEAD_BYTES = 512;
/** Up to here a frame shares a buffer with others: by itself it would take several times its bytes. */
const SMALL_BYTES = 1024;
const PACK_BYTES = 4096;

/** A buffer with frames in it that belong to the queue: more go behind them as long as there is room. */
interface Pack {
  readonly bytes: Uint8Array;
  used: number;
}

/** Frames in the order in which they are to be written; small ones are put together, so that many do not take much. */
export class FrameQueue {
  #buffers: (Uint8Array | Pack)[] = [];
  #heldBytes = 0;

  /** True when nothing waits. */
  get isEmpty(): boolean {
    return this.#buffers.length === 0;
  }

  /** How much memory it takes. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Puts a frame at the end; it must not be changed afterwards. */
  push(frame: Uint8Array): void {
    if (frame.length > SMALL_BYTES) return this.#add(frame, frame.length);
    const last = this.#buffers.at(-1);
    if (last !== undefined && !(last instanceof Uint8Array)) {
      if (last.used + frame.length <= last.bytes.length) return fill(last, frame);
    }
    // One by itself is likely to be written at once.
    if (last === undefined) return this.#add(frame, frame.length);
    const pack = { bytes: new Uint8Array(PACK_BYTES), used: 0 };
    fill(pack, frame);
    this.#add(pack, PACK_BYTES);
  }

  /** Takes what is to be written next: a frame, or several. */
  shift(): Uint8Array | undefined {
    const first = this.#buffers.shift();
    if (first === undefined) return undefined;
    const isFrame = first instanceof Uint8Array;
    this.#heldBytes -= (isFrame ? first.length : PACK_BYTES) + BUFFER_OVERHEAD_BYTES;
    return isFrame ? first : first.bytes.subarray(0, first.used);
  }

  /** Drops all. */
  clear(): void {
    this.#buffers = [];
    this.#heldBytes = 0;
  }

  #add(buffer: Uint8Array | Pack, bytes: number): void {
    this.#buffers.push(buffer);
    this.#heldBytes += bytes + BUFFER_OVERHEAD_BYTES;
  }
}

function fill(pack: Pack, frame: Uint8Array): void {
  pack.bytes.set(frame, pack.used);
  pack.used += frame.length;
}
