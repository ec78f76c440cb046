import { AppError, messageOf } from "../base/app_error.ts";
import { type CancelTimer, delay } from "../base/clock.ts";
import { failpoint } from "../platform/failpoint.ts";
import { background, guarded } from "../platform/guarded.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { JobSpec } from "../protocol/request.ts";
import type { JobRecord, RunRecord } from "../store/store.ts";
import { findJob } from "./find_job.ts";
import { forAllJobs, forEachJob } from "./for_each_job.ts";
import { Job } from "./job.ts";
import { badRecord } from "./bad_record.ts";
import { type AddResult, type DefinitionsContext, JobDefinitions } from "./job_definitions.ts";
import { JobTable } from "./job_table.ts";
import { type JobSurvivor, stopAll, type StopAllResult } from "./stop_all.ts";
import { toStraysTarget } from "./run_stop_target.ts";
import { type StopOptions, StopProcedure } from "./stop_procedure.ts";
import { comesBackWithDaemon } from "./restart_policy.ts";
import { waitForJobs, type WaitOptions } from "./wait_for_jobs.ts";

/** What the supervisor needs beside what each job needs. */
export interface SupervisorContext extends DefinitionsContext {
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

/** Which jobs a request means. */
export interface JobSelection {
  readonly jobs?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
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

/** Nobody else may tell of a change a second time. */
const RECORD_AGAIN_MS = 500;

/** All jobs of this daemon: finds them by what users call them, and does to them what requests ask. */
export class Supervisor {
  readonly #context: SupervisorContext;
  readonly #jobs = new JobTable();
  /** Makes jobs, and changes what they are defined as. */
  readonly definitions: JobDefinitions;
  /** Looks that are due because the last one could not be recorded. */
  readonly #retries = new Map<string, CancelTimer>();
  #endingStrays: StopProcedure | undefined;
  /** What starts once it is asked for; see {@linkcode reviveLater}. */
  readonly #waiting = new Set<Job>();
  readonly #suspended = Promise.withResolvers<JobSurvivor[]>();

  constructor(context: SupervisorContext) {
    this.#context = context;
    this.definitions = new JobDefinitions(context, this.#jobs);
  }

  /** All jobs, the oldest first. */
  get jobs(): Job[] {
    return [...this.#jobs];
  }

  /** Those that are up, are wanted up, or have a run whose end is not stored; often few of many. */
  get activeJobs(): Job[] {
    return this.#jobs.active();
  }

  /** Those that are up. */
  get upJobs(): Job[] {
    return this.activeJobs.filter((job) => job.isUp);
  }

  /** True when nothing runs and nothing waits to. */
  get isIdle(): boolean {
    return this.activeJobs.every((job) => !job.isUp && job.record.desired === "down");
  }

  /** See {@linkcode JobDefinitions.add}. */
  add(spec: JobSpec): AddResult {
    return this.definitions.add(spec);
  }

  views(): JobView[] {
    return this.jobs.map((job) => job.view());
  }

  /** Takes a stored job up; adoption decides what becomes of its run. */
  restore(record: JobRecord, run: RunRecord | undefined): Job {
    const job = new Job(this.#context, record, run);
    this.#jobs.add(job);
    return job;
  }

  byId(id: string): Job | undefined {
    return this.#jobs.byId(id);
  }

  /**
   * The job that `reference` means: an id, a name, or an unambiguous beginning of an id.
   * @throws AppError `job.not_found`, `job.ambiguous`
   */
  resolve(reference: string): Job {
    return findJob(this.#jobs, reference);
  }

  /** Leaves a job down that is to be up, until {@linkcode revive}. */
  reviveLater(job: Job): void {
    this.#waiting.add(job);
  }

  /** Starts what waits for it and is still to be up: who came to end something has had the first word. */
  revive(): void {
    const waiting = [...this.#waiting].filter((job) => this.#jobs.byId(job.id) === job);
    this.#waiting.clear();
    for (const job of waiting) {
      try {
        if (isToRevive(job)) this.#jobs.activate(job).start();
      } catch (error) {
        // Whoever is being answered asked for something else.
        const told = { job: job.id, error: messageOf(error) };
        this.#context.logger.error("A job could not be started", told);
      }
    }
  }

  /** Each job once, in the order named; all of them are found before anything is done. */
  select(selection: JobSelection): Job[] {
    if (selection.all) return this.jobs;
    const { jobs = [] } = selection;
    return [...new Set(jobs.map((reference) => this.resolve(reference)))];
  }

  /** Starts jobs that are down. A command that cannot be found is an error before anything is done. */
  start(selection: JobSelection): Job[] {
    const jobs = this.select(selection);
    for (const job of jobs) if (!job.isUp) this.#checkCommand(job);
    forEachJob(jobs, (job) => this.#jobs.activate(job).start());
    return jobs;
  }

  /** Stops and starts; resolves when the old runs are gone and the new ones are on their way. */
  async restart(selection: JobSelection): Promise<Job[]> {
    const jobs = this.select(selection);
    for (const job of jobs) this.#checkCommand(job);
    await forAllJobs(jobs, async (job) => {
      this.#jobs.activate(job).restart();
      await job.settled();
    });
    return jobs;
  }

  #checkCommand(job: Job): void {
    const { command, workdir, env, fault } = job.record;
    if (fault !== undefined) throw badRecord(job.record, fault.problem);
    this.#context.host.resolveCommand(command[0]!, workdir, env);
  }

  /** Stops jobs; resolves when nothing is left of them, with what could not be killed. */
  async stop(
    selection: JobSelection,
    options: Partial<StopOptions> = {},
  ): Promise<{ jobs: Job[] } & StopAllResult> {
    const jobs = this.select(selection);
    return { jobs, ...await stopAll(jobs, (job) => job.stop(options)) };
  }

  /**
   * Removes jobs with their output; a job of which something could not be ended stays, so that it is not forgotten.
   * @throws AppError `job.is_up` unless forced, and then nothing is removed
   */
  async remove(
    selection: JobSelection,
    { force = false, isSparing = false }: RemoveOptions = {},
  ): Promise<RemoveResult> {
    const jobs = this.select(selection);
    const running = jobs.filter((job) => job.isUp);
    if (running.length > 0 && !force) {
      const which = running.map((job) => job.record.name ?? job.id).join(" ");
      throw new AppError("job.is_up", `Cannot remove what is up: ${which}`, {
        hint: `Stop it first (imp stop ${which}), or remove it with -f`,
      });
    }
    const { left } = this.#context;
    const { survivors } = await stopAll(
      jobs.filter((job) => job.isUp || left.mayHave(job.id)),
      (job) => job.isUp ? job.stop() : job.endLeft(isSparing),
    );
    const stuck = new Set(survivors.map(({ job_id }) => job_id));
    let letGo = 0;
    const removed: Job[] = [];
    for (let index = 0; index < jobs.length; index += REMOVED_AT_ONCE) {
      if (index > 0) await delay(this.#context.clock, 0);
      forEachJob(jobs.slice(index, index + REMOVED_AT_ONCE), (job) => {
        // An end that could not be stored is tried again, and told: nothing may be called removed that is not.
        if (job.record.status === "stopping") job.observe();
        // Somebody may have started or removed one meanwhile.
        if (this.#jobs.byId(job.id) !== job || job.isUp || stuck.has(job.id)) return;
        letGo += left.of(job.id).length;
        if (this.#drop(job)) removed.push(job);
      });
    }
    if (removed.length > 0) this.#context.store.forgetDeleted();
    return { removed, letGo, ...(survivors.length > 0 ? { survivors } : {}) };
  }

  /** Removes every job that is down; what has let go of them is left alone. */
  async cleanup(): Promise<RemoveResult> {
    const down = this.jobs.filter((job) => !job.isUp && job.record.desired === "down");
    return await this.remove({ jobs: down.map((job) => job.id) }, { isSparing: true });
  }

  #drop(job: Job): boolean {
    const { store, bus, removeLogs, logger } = this.#context;
    const event = store.transaction(() => {
      store.jobs.delete(job.id);
      return bus.record("job_removed", job.id, { ...job.view() });
    });
    failpoint("remove.after_store");
    job.release();
    this.#jobs.delete(job);
    this.#context.left.forget(job.id);
    bus.publish(event);
    try {
      removeLogs(job.id);
    } catch (error) {
      logger.warn("The output of a removed job stays", { job: job.id, error: messageOf(error) });
    }
    failpoint("remove.after_logs");
    return true;
  }

  /** Forgets the output of all but the last runs of a job. */
  prune(jobId: string): void {
    const { store, settings, removeRunLogs } = this.#context;
    const pruned = store.runs.prune(jobId, settings().runsKept);
    failpoint("prune.after_store");
    if (pruned.length > 0) removeRunLogs(jobId, pruned);
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

  #lookAgain(jobId: string): CancelTimer {
    const again = () => this.#retries.set(jobId, this.#lookAgain(jobId));
    const look = guarded("job.look_again", () => this.observe(jobId), again);
    return this.#context.clock.schedule(RECORD_AGAIN_MS, look);
  }

  /** A child of ours has ended: looks at the runs whose shims have. */
  observeEnded(): void {
    const ended = this.#context.host.takeExits();
    if (ended.size === 0) return;
    for (const job of this.activeJobs) {
      const shim = job.isLive ? job.run!.shim : null;
      if (shim !== null && ended.has(shim.pid)) this.observe(job.id);
    }
  }

  /** Looks at every live run: what no notification told. */
  observeAll(): void {
    this.#context.host.takeExits();
    for (const job of this.activeJobs) if (job.isLive) this.observe(job.id);
  }

  /** Resolves once {@linkcode suspendAll} has, with what it could not end. */
  get suspended(): Promise<JobSurvivor[]> {
    return this.#suspended.promise;
  }

  /**
   * The daemon goes and takes its jobs along; those whose policy says so come back with the next daemon. Resolves with
   * what could not be ended.
   */
  async suspendAll(): Promise<JobSurvivor[]> {
    const ended = this.#endAll();
    this.#suspended.resolve(ended);
    return await ended;
  }

  async #endAll(): Promise<JobSurvivor[]> {
    const { left } = this.#context;
    const survivors: JobSurvivor[] = [];
    try {
      const stopped = await stopAll(
        this.jobs.filter((job) => job.isUp || left.mayHave(job.id)),
        (job) => job.stop({}, comesBackWithDaemon(job.record.restart) ? "suspend" : "stop"),
      );
      survivors.push(...stopped.survivors);
    } finally {
      survivors.push(...await this.endStrays());
    }
    return survivors;
  }

  /** Ends what jobs have left that are no more; resolves with what could not be ended. */
  async endStrays(): Promise<JobSurvivor[]> {
    const { host, left, clock, settings } = this.#context;
    left.look();
    const strays = new Map(left.ofNobody().map(({ identity, jobId }) => [identity.pid, jobId]));
    if (strays.size === 0) return [];
    this.#endingStrays = new StopProcedure(toStraysTarget(host, left), clock, {
      signal: "SIGTERM",
      timeoutMs: settings().stopTimeoutMs,
    });
    const survivors = await this.#endingStrays.done;
    return survivors.map((survivor) => ({ job_id: strays.get(survivor.pid) ?? "", ...survivor }));
  }

  /** KILL to everything, for an end by force; does not wait. */
  killAll(): void {
    const options = { signal: "SIGKILL", timeoutMs: 0 };
    this.#endingStrays?.escalate(options);
    for (const job of this.jobs.filter((each) => each.isUp || each.isEnding)) {
      const kill = () => job.stop(options, "suspend");
      background("job.kill", kill, kill);
    }
  }

  /** The daemon goes, the jobs stay: no timer of ours may touch them any more. */
  release(): void {
    for (const cancel of this.#retries.values()) cancel();
    for (const job of this.jobs) job.release();
    this.#endingStrays?.abandon();
  }

  /**
   * Resolves when every job is as asked for, or was removed.
   * @throws AppError `wait.timed_out`; the signal's reason when it is aborted
   */
  async waitFor(jobs: readonly Job[], options: WaitOptions): Promise<void> {
    const isThere = (job: Job) => this.#jobs.byId(job.id) === job;
    return await waitForJobs(jobs, options, { ...this.#context, isThere });
  }
}

/** Whether it is wanted up, is not, and can be started. */
export function isToRevive(job: Job): boolean {
  return !job.isUp && job.record.desired === "up" && job.record.fault === undefined;
}
