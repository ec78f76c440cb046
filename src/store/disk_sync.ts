import { messageOf } from "../base/app_error.ts";

/** What a {@linkcode DiskSync} needs. */
export interface DiskSyncOptions {
  /** Resolves when what was committed before the call is on the disk itself. */
  readonly sync: () => Promise<void>;
  /** Told once for each reason why it is not. */
  readonly onProblem: (problem: string) => void;
}

/** Brings commits to the disk itself; those who ask while one sync is under way share the next. */
export class DiskSync {
  readonly #options: DiskSyncOptions;
  #committed = 0;
  #synced = 0;
  #running: Promise<boolean> | undefined;
  #problem: string | undefined;

  constructor(options: DiskSyncOptions) {
    this.#options = options;
  }

  /** Something was committed. */
  commit(): void {
    this.#committed++;
  }

  /** Resolves when all commits so far are on the disk, or cannot be brought there. */
  async settle(): Promise<void> {
    const wanted = this.#committed;
    while (this.#synced < wanted) {
      this.#running ??= this.#run();
      if (!await this.#running) return;
    }
  }

  async #run(): Promise<boolean> {
    const upTo = this.#committed;
    try {
      await this.#options.sync();
      this.#synced = upTo;
      this.#problem = undefined;
      return true;
    } catch (error) {
      const problem = messageOf(error);
      if (problem !== this.#problem) this.#options.onProblem(problem);
      this.#problem = problem;
      return false;
    } finally {
      this.#running = undefined;
    }
  }
}
