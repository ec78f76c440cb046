import { messageOf } from "../../base/app_error.ts";
import type { Logger } from "../../base/logger.ts";
import type { Job } from "./job.ts";
import type { JobTable } from "./job_table.ts";

/** Whether it is wanted up, is not, and can be started; a job of a project comes back in the order of that. */
export function isToRevive({ isUp, record: { desired, fault, project } }: Job): boolean {
  return !isUp && desired === "up" && fault === undefined && project === null;
}

/** What is to be up and starts only once somebody has asked for something: who came to end it has the first word. */
export class Revival {
  readonly #logger: Logger;
  readonly #jobs: JobTable;
  readonly #waiting = new Set<Job>();

  constructor(logger: Logger, jobs: JobTable) {
    this.#logger = logger;
    this.#jobs = jobs;
  }

  /** Leaves a job down that is to be up, until {@linkcode begin}. */
  postpone(job: Job): void {
    this.#waiting.add(job);
  }

  /** Starts what waits for it and is still to be up. */
  begin(): void {
    const waiting = [...this.#waiting].filter((job) => this.#jobs.byId(job.id) === job);
    this.#waiting.clear();
    for (const job of waiting) {
      try {
        if (isToRevive(job)) this.#jobs.activate(job).start();
      } catch (error) {
        // Whoever is being answered asked for something else.
        const told = { job: job.id, error: messageOf(error) };
        this.#logger.error("A job could not be started", told);
      }
    }
  }
}
