import { AppError } from "../base/app_error.ts";
import { type Clock, delay } from "../base/clock.ts";
import type { CommandOutput } from "./server/command_handler.ts";

/** So much may wait that was written without waiting for what was written before. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

/** A handler that writes on when it may not must not keep others from their turn. */
const REST_MS = 10;

/** What a {@linkcode PacedOutput} goes by. */
export interface PacedOutputOptions {
  readonly clock: Clock;
  /** The largest piece that is sent at once. */
  readonly chunkBytes: number;
  /** When it is aborted nobody takes anything any more. */
  readonly cancel: AbortSignal;
}

/** What a handler writes, in its order and in pieces, as fast as the client takes it. */
export class PacedOutput implements CommandOutput {
  readonly #output: CommandOutput;
  readonly #options: PacedOutputOptions;
  readonly #failed = Promise.withResolvers<never>();
  #last: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  /** Why nothing more is taken. */
  #end: { readonly reason: unknown } | undefined;

  constructor(output: CommandOutput, options: PacedOutputOptions) {
    this.#output = output;
    this.#options = options;
    this.#failed.promise.catch(() => undefined);
  }

  /** Rejects as soon as too much was written that nobody waited for: with AppError `exec.handler_failed`. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#add(bytes, (piece) => this.#output.write(piece));
  }

  writeError(bytes: Uint8Array): Promise<void> {
    return this.#add(bytes, (piece) => this.#output.writeError(piece));
  }

  /** Resolves when all that was written is sent. */
  async drained(): Promise<void> {
    await this.#last;
  }

  /** From now on writing is refused. */
  close(reason: unknown): void {
    this.#end ??= { reason };
  }

  /** After what was written before. */
  #add(bytes: Uint8Array, send: (piece: Uint8Array) => Promise<void>): Promise<void> {
    const { cancel } = this.#options;
    if (cancel.aborted) this.close(cancel.reason);
    const isFlood = this.#waitingBytes > 0 &&
      this.#waitingBytes + bytes.length > MOST_WAITING_BYTES;
    if (isFlood && this.#end === undefined) {
      this.close(flooded());
      this.#failed.reject(this.#end!.reason);
    }
    const writing = this.#end === undefined ? this.#queue(bytes, send) : this.#refuse();
    // Whether the handler waits for it is its own business; the end of the command does.
    writing.catch(() => undefined);
    return writing;
  }

  #queue(bytes: Uint8Array, send: (piece: Uint8Array) => Promise<void>): Promise<void> {
    this.#waitingBytes += bytes.length;
    this.#last = this.#last.then(() => this.#send(bytes, send))
      .finally(() => this.#waitingBytes -= bytes.length);
    return this.#last;
  }

  async #send(bytes: Uint8Array, send: (piece: Uint8Array) => Promise<void>): Promise<void> {
    const { chunkBytes } = this.#options;
    for (let offset = 0; offset < bytes.length && this.#end === undefined; offset += chunkBytes) {
      await send(bytes.subarray(offset, offset + chunkBytes));
    }
  }

  async #refuse(): Promise<never> {
    await delay(this.#options.clock, REST_MS);
    throw this.#end!.reason;
  }
}

function flooded(): AppError {
  return new AppError(
    "exec.handler_failed",
    `The handler has written more than ${MOST_WAITING_BYTES} bytes that the client has not taken`,
    { hint: "Await each write" },
  );
}
