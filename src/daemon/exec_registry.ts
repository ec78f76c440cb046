import type { AppError } from "../base/app_error.ts";

/** A command that runs for a client through `exec`. */
export interface RunningExec {
  readonly id: string;
  readonly command: readonly string[];
  readonly startedAtMs: number;
  readonly cancel: (reason: AppError) => void;
  readonly done: Promise<void>;
}

/** What the name of every exec begins with; no run of a job is called so. */
export const EXEC_PREFIX = "exec.";

/** The execs under way: they belong to their clients and end with the daemon. */
export class ExecRegistry {
  readonly #running = new Map<string, RunningExec>();
  readonly #pid: number;
  #nextId = 1;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** A name for the next one, which its processes carry as their mark. */
  nextId(): string {
    return `${EXEC_PREFIX}${this.#pid}.${this.#nextId++}`;
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

  /** Cancels all of them, telling their clients why, and waits for their ends. */
  async cancelAll(reason: AppError): Promise<void> {
    for (const exec of this.all) exec.cancel(reason);
    await Promise.allSettled(this.all.map((exec) => exec.done));
  }
}
