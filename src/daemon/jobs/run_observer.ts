import { messageOf } from "../../base/app_error.ts";
import type { CancelTimer } from "../../base/clock.ts";
import { guarded } from "../../platform/guarded.ts";
import type { JobContext } from "./job_context.ts";
import type { JobTable } from "./job_table.ts";

/** Nobody else may tell of a change a second time. */
const RECORD_AGAIN_MS = 500;

/** Has jobs look at their runs when something may have happened to them. */
export class RunObserver {
  readonly #context: JobContext;
  readonly #jobs: JobTable;
  /** Looks that are due because the last one could not be recorded. */
  readonly #retries = new Map<string, CancelTimer>();

  constructor(context: JobContext, jobs: JobTable) {
    this.#context = context;
    this.#jobs = jobs;
  }

  /** Looks at one run, because something happened to it; again and again while what is seen cannot be recorded. */
  observe(jobId: string): void {
    const { logger } = this.#context;
    const isRetry = this.#retries.has(jobId);
    this.#retries.get(jobId)?.();
    try {
      this.#jobs.byId(jobId)?.observe();
      this.#retries.delete(jobId);
    } catch (error) {
      // Once, or a full disk would fill the log as well.
      if (!isRetry) {
        const told = { job: jobId, error: messageOf(error) };
        logger.error("A change could not be recorded; trying again and again", told);
      }
      this.#retries.set(jobId, this.#lookAgain(jobId));
    }
  }

  /** A child of ours has ended: looks at the runs whose shims have. */
  observeEnded(): void {
    const ended = this.#context.host.takeExits();
    if (ended.size === 0) return;
    for (const job of this.#jobs.active()) {
      const shim = job.isLive ? job.run!.shim : null;
      // What ended may be the keeper of one that waits for it.
      if (job.isSettling || shim !== null && ended.has(shim.pid)) this.observe(job.id);
    }
  }

  /** Looks at every live run: what no notification told. */
  observeAll(): void {
    this.#context.host.takeExits();
    for (const job of this.#jobs.active()) if (job.isLive) this.observe(job.id);
  }

  /** Looks no more by itself. */
  release(): void {
    for (const cancel of this.#retries.values()) cancel();
  }

  #lookAgain(jobId: string): CancelTimer {
    const again = () => this.#retries.set(jobId, this.#lookAgain(jobId));
    const look = guarded("job.look_again", () => this.observe(jobId), again);
    return this.#context.clock.schedule(RECORD_AGAIN_MS, look);
  }
}
