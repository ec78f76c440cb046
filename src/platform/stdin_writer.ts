import { AppError } from "../base/app_error.ts";
import { type Clock, delay } from "../base/clock.ts";
import { FifoWriter } from "./fifo_writer.ts";
import { openLibc } from "./libc.ts";

/** What writing to a stdin goes by while there is no room in it. */
export interface StdinWait {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Asked while there is no room: true when nobody will make any, though somebody may still have it open. */
  readonly isOver?: () => boolean;
}

const PAUSE_US = 200;
/** At first room is waited for on a thread, which sees it at once; who reads nothing for longer is looked at instead. */
const POLL_MS = 50;
const LOOK_EVERY_MS = 200;

/** Writes into the stdin of a job: what has no room there waits, and nobody waits with it. */
export class StdinWriter implements Disposable {
  readonly #fifo: FifoWriter;
  #written = 0;

  private constructor(fifo: FifoWriter) {
    this.#fifo = fifo;
  }

  /** @throws AppError `job.stdin_closed` when nobody reads it */
  static open(path: string): StdinWriter {
    const fifo = FifoWriter.open(path);
    if (fifo === undefined) throw closed();
    return new StdinWriter(fifo);
  }

  /** How many bytes are in the stdin, or through it. */
  get written(): number {
    return this.#written;
  }

  /**
   * Writes all of `bytes`, as far as there is room, then as room is made; those of one call are not torn apart by others
   * as long as they are few (PIPE_BUF). Rejects with the signal's reason when it is aborted first.
   * @throws AppError `job.stdin_closed` when nobody reads it any more
   */
  async write(bytes: Uint8Array, wait: StdinWait): Promise<void> {
    for (let rest = bytes as Uint8Array<ArrayBuffer>; rest.length > 0;) {
      wait.signal.throwIfAborted();
      const count = this.#fifo.write(rest);
      if (count === undefined) throw closed();
      this.#written += count;
      rest = rest.subarray(count);
      if (rest.length === 0) return;
      // Who reads makes more room in a moment than the page at which a poll would call us.
      if (count > 0) await openLibc().usleepAside(PAUSE_US);
      else await this.#room(wait);
    }
  }

  [Symbol.dispose](): void {
    this.#fifo[Symbol.dispose]();
  }

  async #room({ clock, signal, isOver }: StdinWait): Promise<void> {
    if (await this.#fifo.hasRoom(POLL_MS)) return;
    if (isOver?.()) throw closed();
    await delay(clock, LOOK_EVERY_MS, signal);
  }
}

function closed(): AppError {
  return new AppError("job.stdin_closed", "The job does not read its stdin any more");
}
