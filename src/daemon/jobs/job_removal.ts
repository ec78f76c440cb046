import { AppError, messageOf } from "../../base/app_error.ts";
import { delay } from "../../base/clock.ts";
import { failpoint } from "../../platform/failpoint.ts";
import { type JobSelection, selectJobs } from "./find_job.ts";
import { forEachJob } from "./for_each_job.ts";
import type { Job } from "./job.ts";
import type { JobContext } from "./job_context.ts";
import { isWanted } from "./job_facts.ts";
import type { JobTable } from "./job_table.ts";
import { type JobSurvivor, stopAll } from "./stop_all.ts";

/** What is needed to remove jobs. */
export interface RemovalContext extends JobContext {
  /** Removes the output of a job that is gone. */
  readonly removeLogs: (jobId: string) => void;
  /** Removes the output of runs that are not kept any more. */
  readonly removeRunLogs: (jobId: string, runs: readonly number[]) => void;
}

/** How jobs are removed. */
export interface RemoveOptions {
  /** Those that are up, too. */
  readonly force?: boolean | undefined;
  /** What has let go of the jobs is left alone. */
  readonly isSparing?: boolean;
}

/** What became of a removal. */
export interface RemoveResult {
  readonly removed: Job[];
  /** How many processes were spared that had let go. */
  readonly letGo: number;
  /** What stands in the way of the rest; absent when nothing does. */
  readonly survivors?: JobSurvivor[];
}

/** A removal takes about a millisecond; others are served in between. */
const REMOVED_AT_ONCE = 100;

/** Removes jobs and runs with all that was kept of them. */
export class JobRemoval {
  readonly #context: RemovalContext;
  readonly #jobs: JobTable;

  constructor(context: RemovalContext, jobs: JobTable) {
    this.#context = context;
    this.#jobs = jobs;
  }

  /**
   * Removes jobs with their output; a job of which something could not be ended stays, so that it is not forgotten.
   * @throws AppError `job.is_up` unless forced, and then nothing is removed
   */
  async remove(
    selection: JobSelection,
    { force = false, isSparing = false }: RemoveOptions = {},
  ): Promise<RemoveResult> {
    const jobs = selectJobs(this.#jobs, selection);
    if (!force) refuseWhatIsUp(jobs);
    const { left, store } = this.#context;
    const { survivors } = await stopAll(
      jobs.filter((job) => job.isUp || left.mayHave(job.id)),
      (job) => job.isUp ? job.stop() : job.endLeft(isSparing),
    );
    const stuck = new Set(survivors.map(({ job_id }) => job_id));
    const { removed, letGo } = await this.#dropAll(jobs, stuck);
    if (removed.length > 0) store.forgetDeleted();
    return { removed, letGo, ...(survivors.length > 0 ? { survivors } : {}) };
  }

  /** Removes every job that is down; what has let go of them is left alone. */
  async cleanup(): Promise<RemoveResult> {
    const down = [...this.#jobs].filter(({ record }) => !isWanted(record));
    return await this.remove({ jobs: down.map((job) => job.id) }, { isSparing: true });
  }

  /** Forgets the output of all but the last runs of a job. */
  prune(jobId: string): void {
    const { store, settings, removeRunLogs } = this.#context;
    const kept = this.#jobs.byId(jobId)?.record.runsKept ?? settings().runsKept;
    const pruned = store.runs.prune(jobId, kept);
    failpoint("prune.after_store");
    if (pruned.length > 0) removeRunLogs(jobId, pruned);
  }

  async #dropAll(
    jobs: readonly Job[],
    stuck: ReadonlySet<string>,
  ): Promise<{ removed: Job[]; letGo: number }> {
    const { clock, left } = this.#context;
    let letGo = 0;
    const removed: Job[] = [];
    for (let index = 0; index < jobs.length; index += REMOVED_AT_ONCE) {
      if (index > 0) await delay(clock, 0);
      forEachJob(jobs.slice(index, index + REMOVED_AT_ONCE), (job) => {
        // An end that could not be stored is tried again, and told: nothing may be called removed that is not.
        if (job.record.status === "stopping") job.observe();
        // Somebody may have started or removed one meanwhile.
        if (this.#jobs.byId(job.id) !== job || job.isUp || stuck.has(job.id)) return;
        letGo += left.of(job.id).length;
        this.#drop(job);
        removed.push(job);
      });
    }
    return { removed, letGo };
  }

  #drop(job: Job): void {
    const { store, bus, left, removeLogs, logger } = this.#context;
    const event = store.transaction(() => {
      store.jobs.delete(job.id);
      return bus.record("job_removed", job.id, { ...job.view() });
    });
    failpoint("remove.after_store");
    job.release();
    this.#jobs.delete(job);
    left.forget(job.id);
    bus.publish(event);
    try {
      removeLogs(job.id);
    } catch (error) {
      logger.warn("The output of a removed job stays", { job: job.id, error: messageOf(error) });
    }
    failpoint("remove.after_logs");
  }
}

function refuseWhatIsUp(jobs: readonly Job[]): void {
  const running = jobs.filter((job) => job.isUp);
  if (running.length === 0) return;
  const which = running.map((job) => job.record.name ?? job.id).join(" ");
  throw new AppError("job.is_up", `Cannot remove what is up: ${which}`, {
    hint: `Stop it first (imp stop ${which}), or remove it with -f`,
  });
}
