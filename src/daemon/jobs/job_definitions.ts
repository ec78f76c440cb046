import { AppError } from "../../base/app_error.ts";
import { createJobId, parseJobName } from "../../base/ids.ts";
import { failpoint } from "../../platform/failpoint.ts";
import type { ImpEvent } from "../../protocol/event.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { SetPayload } from "../../protocol/payload.ts";
import type { JobRecord, PlanPart } from "../../store/store.ts";
import {
  type Amendment,
  type Definition,
  notedOf,
  toAmendment,
  wantedOfSet,
  wantedOfSpec,
} from "./amendment.ts";
import { Job } from "./job.ts";
import type { JobContext } from "./job_context.ts";
import { toDefinition } from "./job_facts.ts";
import { leaseOfJoined, toTenure } from "./tenure.ts";
import { expectPortsFree } from "./port_taking.ts";
import type { JobTable } from "./job_table.ts";
import { timetableFrom } from "./timetable.ts";

/** What making jobs needs beside what each job needs. */
export interface DefinitionsContext extends JobContext {
  /** Whether there is output of a job of this id, perhaps of one that was lost. */
  readonly hasLogs: (jobId: string) => boolean;
}

/** What became of a wish to run something. */
export interface AddResult {
  readonly job: Job;
  readonly action: "created" | "started" | "joined";
  /** For a job that was up: what is different in its definition now. */
  readonly amendment?: Amendment;
  /** Other jobs with the same command in the same directory, which have names of their own. */
  readonly twins: readonly Job[];
}

/** Makes jobs, and changes what they are defined as. */
export class JobDefinitions {
  readonly #context: DefinitionsContext;
  readonly #jobs: JobTable;

  constructor(context: DefinitionsContext, jobs: JobTable) {
    this.#context = context;
    this.#jobs = jobs;
  }

  /**
   * Makes a job and starts it; or, when there is one with this command and workdir, starts that with the new
   * definition; or, when it is up, takes what is different for its next start, and at once what needs none. A name finds
   * the job that has it, or gives it to one that has none.
   * @throws AppError `command.*`, `usage.bad_workdir`, `job.name_taken`, `job.port_taken`, `job.invalid_name`
   */
  add(spec: JobSpec): AddResult {
    if (spec.name !== undefined) parseJobName(spec.name);
    // What a project declares is changed by its file alone.
    const same = this.#jobs.withDefinition(spec.workdir, spec.command)
      .filter(({ record }) => record.project === null);
    const known = findSame(same, spec.name);
    const twins = known === undefined ? same : [];
    this.refuseTaken(spec.name, known);
    if (known?.isUp && known.record.desired === "up") {
      const amendment = this.#amend(known, {
        ...wantedOfSpec(known.record, spec),
        ...leaseOfJoined(known.record, spec, this.#context.leases),
      });
      return { job: known, action: "joined", amendment, twins };
    }
    const executable = this.findCommand(spec);
    this.expectPortsFree(spec, known);
    const job = known ?? this.#create(spec);
    if (known !== undefined) {
      const definition = {
        ...toDefinition(spec, this.#context.settings().stopTimeoutMs),
        ...toTenure(spec, this.#context.leases),
      };
      this.#jobs.reindex(known, () => known.redefine(definition));
    }
    // One on its way down comes back once it is.
    this.#jobs.activate(job).start(executable);
    return { job, action: known === undefined ? "created" : "started", twins };
  }

  /**
   * Changes the definition of jobs; all of them or, when a command cannot be found, none.
   * @throws AppError `command.*`
   */
  set(jobs: readonly Job[], payload: SetPayload): { job: Job; amendment: Amendment }[] {
    const wishes = jobs.map((job) => ({ job, wanted: wantedOfSet(job.record, payload) }));
    const isElsewhere = payload.command !== undefined || payload.workdir !== undefined;
    if (isElsewhere) {
      for (const { job, wanted } of wishes) {
        this.findCommand({ ...job.record, ...defined(wanted) });
      }
    }
    return wishes.map(({ job, wanted }) => ({ job, amendment: this.#amend(job, wanted) }));
  }

  /** Takes another environment for the next start. */
  setEnvironment(job: Job, env: Record<string, string>): void {
    this.#amend(job, { env });
  }

  /** @throws AppError `job.name_taken`, `job.invalid_name` */
  rename(job: Job, name: string): void {
    parseJobName(name);
    this.refuseTaken(name, job);
    this.#amend(job, { name });
  }

  #amend(job: Job, wanted: Partial<Definition>): Amendment {
    const amendment = toAmendment(job.record, wanted, { isUp: job.isUp });
    const { change } = amendment;
    if (Object.keys(change).length > 0) {
      const beside = {
        ...notedOf(job.record, amendment),
        ...change.watch === null && { awaitsChange: false },
        ...this.#newTimetable(job, change),
      };
      const amend = () => job.amend({ ...change, ...beside });
      this.#jobs.reindex(this.#jobs.activate(job), amend);
    }
    return amendment;
  }

  /** A schedule that is given counts, also for a job that was stopped. */
  #newTimetable({ record }: Job, change: Partial<Definition>): Partial<JobRecord> {
    if (change.schedule === undefined) return {};
    return { timetable: timetableFrom({ ...record, ...change }, this.#context.clock.now()) };
  }

  /** @throws AppError `command.*`, `usage.bad_workdir` */
  findCommand({ command, workdir, env }: Pick<JobRecord, "command" | "workdir" | "env">): string {
    return this.#context.host.resolveCommand(command[0]!, workdir, env);
  }

  /** @throws AppError `job.port_taken` when a port of what is to start is held by somebody else */
  expectPortsFree(spec: JobSpec, known: Job | undefined): void {
    expectPortsFree(this.#context, {
      id: known?.id,
      name: known?.record.name ?? spec.name ?? null,
      ports: spec.ports ?? null,
      portNumbers: null,
    });
  }

  /** @throws AppError `job.name_taken` when another job than `owner` is called so */
  refuseTaken(name: string | undefined, owner?: Job): void {
    const named = name === undefined ? undefined : this.#jobs.byName(name) ?? this.#jobs.byId(name);
    if (named === undefined || named === owner) return;
    throw new AppError(
      "job.name_taken",
      `The name ${JSON.stringify(name)} is taken by job ${named.id}`,
      {
        hint: `Choose another one; or give that job another name (imp rename ${named.id} NAME), ` +
          `another command (imp set ${named.id} -- COMMAND), or remove it (imp rm ${named.id})`,
      },
    );
  }

  /**
   * Makes and changes jobs in one step: all of it is stored, with `lastly`, or nothing has happened. Nothing is started.
   * Returns the jobs in the order of the steps.
   */
  changeAll(steps: readonly DefinitionStep[], lastly: () => ImpEvent): Job[] {
    const { store, bus } = this.#context;
    const undos: (() => void)[] = [];
    const jobs: Job[] = [];
    let events: ImpEvent[];
    try {
      events = store.transaction(() => {
        for (const step of steps) {
          jobs.push("job" in step ? this.#become(step, undos) : this.#insert(step, undos));
        }
        // Only now does each know of all the others.
        return [
          ...steps.map((step, index) => {
            const job = jobs[index]!;
            const event = "job" in step ? "job_updated" : "job_added";
            return bus.record(event, job.id, { ...job.view() });
          }),
          lastly(),
        ];
      });
    } catch (error) {
      for (const takeBack of undos.reverse()) takeBack();
      throw error;
    }
    failpoint("apply.after_store");
    for (const event of events) bus.publish(event);
    return jobs;
  }

  /** Notes what is left to do for jobs, in one step; tells nobody. */
  plan(plans: ReadonlyMap<Job, PlanPart>): void {
    const { store } = this.#context;
    store.transaction(() => {
      for (const [{ id }, plan] of plans) store.jobs.update({ id, plan });
    });
    for (const [job, plan] of plans) job.become({ ...job.record, plan });
  }

  #become({ job, change }: { job: Job; change: Partial<JobRecord> }, undos: (() => void)[]): Job {
    const before = job.record;
    this.#context.store.jobs.update({ id: job.id, ...change });
    this.#jobs.reindex(job, () => job.become({ ...before, ...change }));
    undos.push(() => this.#jobs.reindex(job, () => job.become(before)));
    return this.#jobs.activate(job);
  }

  #insert(
    { spec, change }: { spec: JobSpec; change: Partial<JobRecord> },
    undos: (() => void)[],
  ): Job {
    const job = new Job(this.#context, { ...this.#newRecord(spec), ...change }, undefined);
    this.#context.store.jobs.insert(job.record);
    this.#jobs.add(job);
    undos.push(() => this.#jobs.delete(job));
    return job;
  }

  #create(spec: JobSpec): Job {
    const { store, bus } = this.#context;
    const record = this.#newRecord(spec);
    const job = new Job(this.#context, record, undefined);
    const event = store.transaction(() => {
      store.jobs.insert(record);
      return bus.record("job_added", record.id, { ...job.view() });
    });
    this.#jobs.add(job);
    bus.publish(event);
    failpoint("add.after_store");
    return job;
  }

  #newRecord(spec: JobSpec): JobRecord {
    const { clock, settings, leases } = this.#context;
    return {
      id: createJobId((id) => this.#jobs.isTaken(id) || this.#context.hasLogs(id)),
      name: null,
      description: null,
      ...toDefinition(spec, settings().stopTimeoutMs),
      ...toTenure(spec, leases),
      command: spec.command,
      workdir: spec.workdir,
      project: null,
      desired: "down",
      status: "stopped",
      reason: null,
      restarts: 0,
      tally: 0,
      run: 0,
      createdAtMs: clock.now(),
      nextStartAtMs: null,
      awaitsChange: false,
      timetable: null,
      portNumbers: null,
      plan: null,
    } as JobRecord;
  }
}

/** A part of {@linkcode JobDefinitions.changeAll}. */
export type DefinitionStep =
  /** A new job. */
  | { readonly spec: JobSpec; readonly change: Partial<JobRecord> }
  | { readonly job: Job; readonly change: Partial<JobRecord> };

/** Of those with this command in this directory: who has the name, or has none and so may get it. */
function findSame(same: readonly Job[], name: string | undefined): Job | undefined {
  if (name === undefined) return best(same);
  return best(same.filter((job) => job.record.name === name)) ??
    best(same.filter((job) => job.record.name === null));
}

function best(jobs: readonly Job[]): Job | undefined {
  return jobs.find((job) => job.isUp) ?? jobs.at(-1);
}

function defined<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Fields;
}
