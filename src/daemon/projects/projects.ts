import { messageOf } from "../../base/app_error.ts";
import type { CancelTimer, Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import type { ApplyPayload } from "../../protocol/project.ts";
import type { AppliedJob } from "../../protocol/reply.ts";
import { failpoint } from "../../platform/failpoint.ts";
import { background, guarded } from "../../platform/guarded.ts";
import type { Awaited } from "../../protocol/job_view.ts";
import { isLeaving, isOutdated, isPlanned, planOf, unmetNeeds } from "../jobs/dependencies.ts";
import type { JobSelection } from "../jobs/find_job.ts";
import type { JobStopOptions } from "../jobs/asker.ts";
import type { Job } from "../jobs/job.ts";
import type { StopAllResult } from "../jobs/stop_all.ts";
import { stopInOrder } from "./stop_in_order.ts";
import { type ApplyContext, ApplyStep } from "./apply_step.ts";

const RETRY_AFTER_MS = 1_000;

/** Somebody may want it up again while others end. */
const isMeant = ({ record }: Job) =>
  record.project === null || record.desired === "down" || isLeaving(record);

/** What carrying a project's plan out needs. */
export interface ProjectsContext extends ApplyContext {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The jobs that a project's file declares. What is to be done with them stands in their records, from the moment on in
 * which a file is applied: whoever is the daemon starts each as soon as what it needs allows.
 */
export class Projects implements Disposable {
  readonly #context: ProjectsContext;
  /** The ids of jobs of the project. */
  readonly #members = new Set<string>();
  /** What was told last of those that wait. */
  readonly #told = new Map<string, string>();
  #listening: Disposable | undefined;
  #cancelLook: CancelTimer = () => {};
  #isUpdating = false;
  #isStale = false;

  constructor(context: ProjectsContext) {
    this.#context = context;
  }

  /** Carries out what is left to do, from now on. */
  begin(): void {
    if (this.#listening !== undefined) return;
    const { bus, supervisor } = this.#context;
    for (const job of supervisor.jobs) if (job.record.project !== null) this.#members.add(job.id);
    this.#listening = bus.listen("projects.event", ({ job_id }) => {
      if (job_id !== null && this.#members.has(job_id)) this.#update();
    }, () => this.#update());
    this.#update();
    this.#leave();
  }

  /**
   * Makes the jobs what a project's file says, in one step; then what is wanted up begins, as far as it may. Jobs that
   * are in the file no more are removed with `prune`.
   * @throws AppError `project.unconfirmed`, `job.name_taken`, `command.*`, and nothing has happened
   */
  async apply(payload: ApplyPayload): Promise<AppliedJob[]> {
    const { supervisor } = this.#context;
    const step = new ApplyStep(payload, this.#context);
    if (payload.dry_run) return step.applied;
    step.carryOut();
    const { applied } = step;
    for (const { job_id } of applied) if (job_id !== null) this.#members.add(job_id);
    this.begin();
    this.#update();
    if (payload.prune) {
      await supervisor.removal.remove({ jobs: step.gone.map(({ id }) => id) }, { force: true });
    }
    return applied;
  }

  /**
   * Stops jobs, each after those that need it; returns them in the order in which they were down. That it is meant stands
   * in their records before the first one is stopped: whoever is the daemon goes on with it.
   */
  async stop(
    selection: JobSelection,
    options: JobStopOptions,
  ): Promise<{ jobs: Job[] } & StopAllResult> {
    const { supervisor } = this.#context;
    const jobs = supervisor.select(selection);
    const leaving = jobs.filter(({ isUp, record }) => isUp && record.project !== null);
    supervisor.definitions.plan(
      new Map(leaving.map((job) => [
        job,
        { ...planOf(job.record), isDue: false, isLeaving: true },
      ])),
    );
    failpoint("down.after_store");
    return await stopInOrder(jobs, { all: supervisor.jobs, how: options, isMeant });
  }

  /** Goes on with what the last daemon was stopping. */
  #leave(): void {
    const { supervisor } = this.#context;
    if (!supervisor.jobs.some(({ record }) => isLeaving(record))) return;
    const jobs = supervisor.jobs.filter(({ record }) =>
      isLeaving(record) || (record.project !== null && record.status === "stopping")
    );
    const options = { all: supervisor.jobs, how: { asker: { what: "down" } }, isMeant };
    background("projects.leave", () => stopInOrder(jobs, options), () => this.#lookAgain());
  }

  [Symbol.dispose](): void {
    this.#cancelLook();
    this.#listening?.[Symbol.dispose]();
  }

  /** What one start leads to may come while others are looked at. */
  #update(): void {
    this.#isStale = true;
    if (this.#isUpdating) return;
    this.#isUpdating = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        for (const id of this.#members) this.#look(id);
      }
    } finally {
      this.#isUpdating = false;
    }
  }

  #look(id: string): void {
    const { supervisor, logger } = this.#context;
    const job = supervisor.byId(id);
    if (job === undefined) return void this.#members.delete(id);
    const find = (name: string) => supervisor.neededJob(name);
    const isDue = isPlanned(job.record) ||
      (job.record.status === "running" && !isLeaving(job.record) &&
        isOutdated(job.record, find));
    // One on its way down is asked again when it is.
    if (!isDue || job.record.status === "stopping") return void this.#told.delete(id);
    const awaited = unmetNeeds(job.record, find);
    try {
      if (awaited.length > 0) return this.#tellWaiting(job, awaited);
      failpoint("plan.before_start");
      supervisor.begin(job, { what: "up" });
      failpoint("plan.after_start");
    } catch (error) {
      logger.error("A job of the project could not be started", {
        job: id,
        error: messageOf(error),
      });
      this.#lookAgain();
    }
  }

  /** It was no good this time, as on a full disk. */
  #lookAgain(): void {
    this.#cancelLook();
    const look = guarded("projects.look", () => {
      this.#update();
      this.#leave();
    }, () => this.#lookAgain());
    this.#cancelLook = this.#context.clock.schedule(RETRY_AFTER_MS, look);
  }

  #tellWaiting(job: Job, awaited: readonly Awaited[]): void {
    const text = JSON.stringify(awaited.filter(({ problem }) => problem !== null));
    if (this.#told.get(job.id) === text) return;
    this.#told.set(job.id, text);
    this.#context.bus.announce("job_waiting", job.id, { ...job.view() });
  }
}
