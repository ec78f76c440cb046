import { AppError } from "../../base/app_error.ts";
import { type Clock, toIsoTime, within } from "../../base/clock.ts";
import { EXEC_PREFIX, type ExecJournal, NO_JOURNAL } from "../../facts/exec_journal.ts";
import { background } from "../../platform/guarded.ts";
import type { ExecView } from "../../protocol/snapshot.ts";

/** A command that runs for a client through `exec`. */
export interface RunningExec {
  readonly id: string;
  /** As it may be shown: without credentials. */
  readonly command: readonly string[];
  readonly startedAtMs: number;
  /** Tells the client why, at once, and ends the command. */
  readonly cutOff: (reason: AppError) => void;
  readonly done: Promise<void>;
}

/** The execs under way: they belong to their clients and end with the daemon. */
export class ExecRegistry {
  readonly #running = new Map<string, RunningExec>();
  readonly #pid: number;
  readonly #journal: ExecJournal;
  #nextId = 1;

  constructor(pid: number, journal: ExecJournal = NO_JOURNAL) {
    this.#pid = pid;
    this.#journal = journal;
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
    this.#journal.note(exec.id);
    const remove = () => {
      this.#running.delete(exec.id);
      this.#journal.forget(exec.id);
    };
    background("exec.done", () => exec.done.finally(remove), remove);
  }

  /** As a snapshot shows them, the oldest first. */
  views(): ExecView[] {
    return this.all.map(({ id, command, startedAtMs }) => ({
      id,
      command: [...command],
      started_at: toIsoTime(startedAtMs),
    }));
  }

  /** Resolves when none is under way any more, or after that time. */
  async settled(clock: Clock, timeoutMs: number): Promise<void> {
    if (this.#running.size === 0) return;
    await within(clock, timeoutMs, this.#allDone());
  }

  /** Tells the clients of all that are under way that this is the end, and begins to end the commands. */
  cutOffAll(): void {
    for (const exec of this.all) {
      exec.cutOff(
        new AppError("exec.cut_off", "The daemon is shutting down; the command was ended", {
          hint: "The next command starts a new daemon: run it again",
        }),
      );
    }
  }

  async #allDone(): Promise<void> {
    await Promise.allSettled(this.all.map((exec) => exec.done));
  }
}
