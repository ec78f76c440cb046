import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";

/** What follows a run that has ended: nothing, with the job as it was then, or the next run. */
export type AfterRun = { readonly end: JobView } | { readonly run: number };

/**
 * Knows from a job's views, seen in their order, which of its runs have ended and whether another one follows: after a
 * restart one does, after an end that nobody changes any more none does.
 */
export class RunTracker {
  readonly #ends = new Map<number, JobView>();
  readonly #waiting = new Set<() => void>();
  #last: JobView;
  #isGone = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(job: JobView) {
    this.#last = job;
    this.see(job);
  }

  /** The job as it was last seen. */
  get last(): JobView {
    return this.#last;
  }

  /** Takes in what the job is like now. */
  see(job: JobView): void {
    this.#last = job;
    if (!isUp(job.status) && !startsYet(job) && !this.#ends.has(job.run)) {
      this.#ends.set(job.run, job);
    }
    this.#wake();
  }

  /** The job is not there any more: how it was last is how it ended. */
  seeGone(): void {
    this.#isGone = true;
    if (!this.#ends.has(this.#last.run)) this.#ends.set(this.#last.run, this.#last);
    this.#wake();
  }

  /** Nothing will be seen any more; who waits gets the error. */
  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake();
  }

  /** Resolves when the run has ended, whatever comes next. */
  async ended(run: number): Promise<void> {
    await this.#until(() => this.#hasEnded(run) || undefined);
  }

  /** Resolves with what comes after a run that has ended. */
  after(run: number): Promise<AfterRun> {
    return this.#until((): AfterRun | undefined => {
      const end = this.#ends.get(run);
      if (end) return { end };
      return this.#last.run > run ? { run: run + 1 } : undefined;
    });
  }

  /** Resolves when there is a run later than `run`, or when the job is gone. */
  next(run: number): Promise<"started" | "gone"> {
    return this.#until(() =>
      this.#last.run > run ? "started" as const : this.#isGone ? "gone" as const : undefined
    );
  }

  #hasEnded(run: number): boolean {
    return this.#ends.has(run) || this.#last.run > run ||
      (this.#last.run === run && this.#last.finished_at !== null);
  }

  async #until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.#failure) throw this.#failure.error;
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** Whether it is down, and comes up by itself once what it needs is there. */
export function startsYet({ status, waiting_for: awaited = [] }: JobView): boolean {
  return !isUp(status) && awaited.length > 0 && awaited.every(({ problem }) => problem === null);
}
