import { AppError } from "../../base/app_error.ts";
import { type Clock, delay } from "../../base/clock.ts";
import { isSameSize, type TerminalSize, withinCells } from "../../base/terminal_size.ts";
import type { DaemonClient } from "../../client/client.ts";

/** So long a program gets to see one size before the next one is told: what has not changed is not drawn again. */
const NUDGE_MS = 60;

/** Options of {@linkcode SizeSender}. */
export interface SizeSenderOptions {
  readonly client: DaemonClient;
  readonly jobId: string;
  /** How large it is now. */
  readonly size: TerminalSize;
  readonly clock: Clock;
}

/** Keeps the terminal of a job as large as ours; the size that was told last counts, whoever else is attached. */
export class SizeSender implements Disposable {
  readonly #options: SizeSenderOptions;
  #client: DaemonClient;
  #told: TerminalSize;
  #latest: TerminalSize;
  #wanted: TerminalSize | undefined;
  #isSending = false;
  #isOver = false;

  constructor(options: SizeSenderOptions) {
    this.#options = options;
    this.#client = options.client;
    this.#told = options.size;
    this.#latest = options.size;
  }

  /** Another connection to the daemon. */
  moveTo(client: DaemonClient): void {
    this.#client = client;
  }

  /** Has it this large soon, and drawn anew even if it is so already. */
  async redraw(size: TerminalSize): Promise<void> {
    this.#latest = size;
    if (isSameSize(size, this.#told)) {
      const columns = size.columns > 1 ? size.columns - 1 : 2;
      await this.#tell({ ...size, columns });
      await delay(this.#options.clock, NUDGE_MS);
    }
    // It may have changed meanwhile.
    this.send(this.#latest);
  }

  /** Has it this large soon. */
  send(size: TerminalSize): void {
    this.#latest = size;
    this.#wanted = size;
    if (!this.#isSending) void this.#sendAll();
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    while (this.#wanted !== undefined && !this.#isOver) {
      const size = this.#wanted;
      this.#wanted = undefined;
      await this.#tell(size);
    }
    this.#isSending = false;
  }

  /** Without a daemon, and without a run, there is nobody to tell; the next one is told. */
  async #tell(size: TerminalSize): Promise<void> {
    this.#told = size;
    await tellSize(this.#client, this.#options.jobId, size).catch(() => {});
  }
}

/**
 * Tells the terminal of a job its size; false when the run that goes on has none.
 * @throws AppError when nobody can tell, also `job.not_up`
 */
export async function tellSize(
  client: DaemonClient,
  job: string,
  size: TerminalSize,
): Promise<boolean> {
  const terminal_size = { columns: withinCells(size.columns), rows: withinCells(size.rows) };
  try {
    await client.request("resize", { job, terminal_size });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "job.no_terminal") return false;
    throw error;
  }
}
