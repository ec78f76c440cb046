import type { CancelTimer, Clock } from "../../base/clock.ts";
import { FifoWriter } from "../../platform/fifo_writer.ts";

/** So much is kept of what a job does not read. */
const MOST_BYTES = 1024 * 1024;
/** How soon a FIFO is tried again that is full, or not there. */
const AGAIN_MS = 20;

/** Options of {@linkcode JobKeys}. */
export interface JobKeysOptions {
  readonly clock: Clock;
  /** Something was thrown away, because the job does not read and no more is kept. */
  readonly onOverflow: () => void;
}

/**
 * What is typed, on its way into the stdin of a run. Nobody waits for a job that does not read: what it has no room for
 * is kept up to a limit, also before there is any run.
 */
export class JobKeys implements Disposable {
  readonly #options: JobKeysOptions;
  #path: string | undefined;
  #fifo: FifoWriter | undefined;
  #waiting = new Uint8Array(0);
  #cancel: CancelTimer | undefined;

  constructor(options: JobKeysOptions) {
    this.#options = options;
  }

  /** What waits, and what comes, goes there. */
  moveTo(path: string): void {
    this.#close();
    this.#path = path;
    this.#flush();
  }

  type(bytes: Uint8Array): void {
    if (this.#waiting.length + bytes.length > MOST_BYTES) return this.#options.onOverflow();
    const all = new Uint8Array(this.#waiting.length + bytes.length);
    all.set(this.#waiting);
    all.set(bytes, this.#waiting.length);
    this.#waiting = all;
    this.#flush();
  }

  [Symbol.dispose](): void {
    this.#path = undefined;
    this.#close();
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#path === undefined) return;
    while (this.#waiting.length > 0) {
      this.#fifo ??= FifoWriter.open(this.#path);
      const count = this.#fifo?.write(this.#waiting);
      if (count === undefined) this.#close();
      if (!count) {
        this.#cancel = this.#options.clock.schedule(AGAIN_MS, () => this.#flush());
        return;
      }
      this.#waiting = this.#waiting.slice(count);
    }
  }

  #close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#fifo?.[Symbol.dispose]();
    this.#fifo = undefined;
  }
}
