/** A command that runs for a client through `exec`. */
export interface RunningExec {
  readonly id: string;
  readonly command: readonly string[];
  readonly startedAtMs: number;
  readonly cancel: () => void;
  readonly done: Promise<void>;
}

/** The execs under way: they belong to their clients and end with the daemon. */
export class ExecRegistry {
  readonly #running = new Map<string, RunningExec>();
  #nextId = 1;

  /** A name for the next one; unique within this daemon. */
  nextId(): string {
    return `exec-${this.#nextId++}`;
  }

  get all(): RunningExec[] {
    return [...this.#running.values()];
  }

  /** Lists it until it is done. */
  add(exec: RunningExec): void {
    this.#running.set(exec.id, exec);
    const remove = () => void this.#running.delete(exec.id);
    exec.done.then(remove, remove);
  }

  /** Cancels all of them and waits for their ends. */
  async cancelAll(): Promise<void> {
    for (const exec of this.all) exec.cancel();
    await Promise.allSettled(this.all.map((exec) => exec.done));
  }
}
