import { errnoOf, lastErrno, openDescriptor, OpenFlag, openLibc } from "./libc.ts";

const POLL_OUT = 4;

/** One end of a FIFO, for who must not wait for whoever reads the other. */
export class FifoWriter implements Disposable {
  #fd: number;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** Undefined when there is no FIFO there, or nobody reads it. */
  static open(path: string): FifoWriter | undefined {
    const fd = openDescriptor(path, OpenFlag.writeOnly | OpenFlag.nonBlocking);
    return fd < 0 ? undefined : new FifoWriter(fd);
  }

  /** How many of the bytes it took, 0 when it is full; undefined when nobody reads it any more. */
  write(bytes: Uint8Array<ArrayBuffer>): number | undefined {
    const count = Number(openLibc().write(this.#fd, bytes, BigInt(bytes.length)));
    if (count >= 0) return count;
    const errno = lastErrno();
    const isForNow = errno === errnoOf("EAGAIN") || errno === errnoOf("EINTR");
    return isForNow ? 0 : undefined;
  }

  /** Resolves, within `limitMs`, when there is room or nobody reads it any more; with false when there is none. */
  async hasRoom(limitMs: number): Promise<boolean> {
    // struct pollfd
    const entry = new Uint8Array(8);
    const view = new DataView(entry.buffer);
    view.setInt32(0, this.#fd, true);
    view.setInt16(4, POLL_OUT, true);
    return await openLibc().pollAside(entry, 1n, limitMs) > 0;
  }

  [Symbol.dispose](): void {
    if (this.#fd >= 0) openLibc().close(this.#fd);
    this.#fd = -1;
  }
}
