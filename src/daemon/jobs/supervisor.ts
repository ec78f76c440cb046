import type { JobView } from "../../protocol/job_view.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { JobRecord, RunRecord } from "../../store/store.ts";
import { type NeededJob, toNeeded } from "./dependencies.ts";
import { badRecord } from "./bad_record.ts";
import { findJob, type JobSelection, selectJobs } from "./find_job.ts";
import { forAllJobs, forEachJob } from "./for_each_job.ts";
import type { Asker, JobStopOptions } from "./asker.ts";
import { Job } from "./job.ts";
import { isWanted } from "./job_facts.ts";
import { type AddResult, type DefinitionsContext, JobDefinitions } from "./job_definitions.ts";
import { JobRemoval, type RemovalContext } from "./job_removal.ts";
import { JobTable } from "./job_table.ts";
import { JobsEnding } from "./jobs_ending.ts";
import { PortDirectory } from "./port_directory.ts";
import { expectPortsFree } from "./port_taking.ts";
import { Revival } from "./revival.ts";
import { RunObserver } from "./run_observer.ts";
import { stopAll, type StopAllResult } from "./stop_all.ts";
import { waitForJobs, type WaitOptions, type WaitResult } from "./wait_for_jobs.ts";

/** What the supervisor needs beside what each job needs. */
export interface SupervisorContext extends DefinitionsContext, RemovalContext {}

/** All jobs of this daemon: finds them by what users call them, and does to them what requests ask. */
export class Supervisor {
  readonly #context: SupervisorContext;
  readonly #jobs = new JobTable();
  /** Makes jobs, and changes what they are defined as. */
  readonly definitions: JobDefinitions;
  readonly removal: JobRemoval;
  readonly observer: RunObserver;
  readonly ending: JobsEnding;
  readonly ports: PortDirectory;
  readonly revival: Revival;

  constructor(context: SupervisorContext) {
    this.#context = context;
    this.definitions = new JobDefinitions(context, this.#jobs);
    this.removal = new JobRemoval(context, this.#jobs);
    this.observer = new RunObserver(context, this.#jobs);
    this.ending = new JobsEnding(context, this.#jobs);
    this.ports = new PortDirectory(context, this.#jobs);
    this.revival = new Revival(context.logger, this.#jobs);
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
    return this.activeJobs.every(({ record }) => !isWanted(record));
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

  /** Where the job of this name is. */
  neededJob(name: string): NeededJob | undefined {
    const job = this.#jobs.byName(name);
    return job && toNeeded(job.record, job.run);
  }

  byName(name: string): Job | undefined {
    return this.#jobs.byName(name);
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

  /** Each job once, in the order named; all of them are found before anything is done. */
  select(selection: JobSelection): Job[] {
    return selectJobs(this.#jobs, selection);
  }

  /** Starts jobs that are down. A command that cannot be found is an error before anything is done. */
  start(selection: JobSelection): Job[] {
    const jobs = this.select(selection);
    const down = jobs.filter((job) => !job.isUp);
    const executables = new Map(down.map((job) => [job, this.#expectStartable(job)]));
    forEachJob(jobs, (job) => this.#jobs.activate(job).start(executables.get(job)));
    return jobs;
  }

  /** Stops and starts; resolves when the old runs are gone and the new ones are on their way. */
  async restart(selection: JobSelection, asker?: Asker): Promise<Job[]> {
    const jobs = this.select(selection);
    for (const job of jobs) this.#expectStartable(job);
    await forAllJobs(jobs, async (job) => {
      this.#jobs.activate(job).restart(asker);
      await job.settled();
    });
    return jobs;
  }

  /** Starts what is to be started, or again when it is up; what that takes is not waited for. */
  begin(job: Job, asker: Asker): void {
    this.#jobs.activate(job);
    if (job.isUp) job.restart(asker);
    else job.start();
  }

  /** What it would start, and its ports are free. @throws AppError `command.*`, `job.port_taken`, or why its record is of no use */
  #expectStartable(job: Job): string {
    const { command, workdir, env, fault } = job.record;
    if (fault !== undefined) throw badRecord(job.record, fault.problem);
    const executable = this.#context.host.resolveCommand(command[0]!, workdir, env);
    expectPortsFree(this.#context, job.record);
    return executable;
  }

  /** Stops jobs; resolves when nothing is left of them, with what could not be killed. */
  async stop(
    selection: JobSelection,
    options: JobStopOptions = {},
  ): Promise<{ jobs: Job[] } & StopAllResult> {
    const jobs = this.select(selection);
    return { jobs, ...await stopAll(jobs, (job) => job.stop(options)) };
  }

  /** The daemon goes, the jobs stay: no timer of ours may touch them any more. */
  release(): void {
    this.observer.release();
    for (const job of this.jobs) job.release();
    this.ending.release();
  }

  /**
   * Resolves when the jobs are as asked for, or were removed.
   * @throws AppError `wait.timed_out`; the signal's reason when it is aborted
   */
  async waitFor(jobs: readonly Job[], options: WaitOptions): Promise<WaitResult> {
    const isThere = (job: Job) => this.#jobs.byId(job.id) === job;
    return await waitForJobs(jobs, options, { ...this.#context, isThere });
  }
}
