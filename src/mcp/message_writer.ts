/** What takes bytes; resolves when they are taken. */
export type WriteText = (text: string) => Promise<void>;

/** Messages that nobody has read yet: with more of them nothing more is taken in. */
const MOST_WAITING = 256;

/** Writes messages one a line, each whole and one after the other, however many are given at a time. */
export class MessageWriter {
  readonly #write: WriteText;
  readonly #failed = Promise.withResolvers<never>();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(write: WriteText) {
    this.#write = write;
    // Who sends hears of it, too.
    this.#failed.promise.catch(() => {});
  }

  /** Rejects when the reader has gone. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /** Resolves when the message has been written. @throws AppError `output.closed`, `output.failed` */
  async send(message: object): Promise<void> {
    this.#waiting++;
    const written = this.#last.then(() => this.#write(`${JSON.stringify(message)}\n`));
    this.#last = written;
    try {
      await written;
    } catch (error) {
      this.#failed.reject(error);
      throw error;
    } finally {
      this.#waiting--;
    }
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    if (this.#waiting >= MOST_WAITING) await this.#last;
  }
}
