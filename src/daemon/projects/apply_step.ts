import { AppError } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import { withoutPortVariables } from "../../base/ports.ts";
import type { ApplyPayload, ProjectJob } from "../../protocol/project.ts";
import type { AppliedJob } from "../../protocol/reply.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { JobRecord } from "../../store/store.ts";
import { differencesOf, liveOnly } from "../jobs/amendment.ts";
import { isLeaving, isPlanned, planOf } from "../jobs/dependencies.ts";
import type { EventBus } from "../jobs/event_bus.ts";
import type { Job } from "../jobs/job.ts";
import type { DefinitionStep } from "../jobs/job_definitions.ts";
import { toDefinition } from "../jobs/job_facts.ts";
import type { LeaseWorld } from "../jobs/lease.ts";
import { toTenure } from "../jobs/tenure.ts";
import { isScheduled } from "../jobs/timetable.ts";
import type { Supervisor } from "../jobs/supervisor.ts";
import { unconfirmedError } from "./confirmation.ts";
import { type KnownJob, planApply, type PlannedJob } from "./apply_plan.ts";

/** What applying a file changes. */
export interface ApplyContext {
  readonly supervisor: Supervisor;
  readonly bus: EventBus;
  readonly stopTimeoutMs: () => number;
  readonly clock: Clock;
  readonly leases: LeaseWorld;
}

/** One file being applied: what it comes to, and the one step that makes it true. */
export class ApplyStep {
  readonly #context: ApplyContext;
  readonly #payload: ApplyPayload;
  readonly #planned: readonly PlannedJob[];
  readonly #known: ReadonlyMap<string, Job>;
  /** Which run of each is meant. */
  readonly #runs: ReadonlyMap<string, number>;
  #made = new Map<string, Job>();

  /** @throws AppError `project.unconfirmed`, `job.name_taken`, `command.*`, `usage.bad_workdir` */
  constructor(payload: ApplyPayload, context: ApplyContext) {
    this.#payload = payload;
    this.#context = context;
    const jobs = context.supervisor.jobs.filter(({ record: { project, name } }) =>
      project !== null || payload.taken?.includes(name ?? "")
    );
    this.#known = new Map(jobs.map((job) => [job.record.name ?? job.id, job]));
    const { jobs: planned, unconfirmed } = planApply(
      payload,
      new Map([...this.#known].map(([name, job]) => [name, toKnown(job)])),
    );
    if (unconfirmed.length > 0) throw unconfirmedError(unconfirmed);
    this.#planned = planned;
    this.#runs = new Map(planned.map(({ job: { name }, action }) => {
      const run = this.#known.get(name)?.record.run ?? 0;
      return [name, action === "start" || action === "restart" ? run + 1 : run];
    }));
    for (const each of planned) this.#check(each);
  }

  /** The jobs of the project that are in its file no more. */
  get gone(): Job[] {
    const names = new Set(this.#payload.jobs.map(({ name }) => name));
    return [...this.#known].filter(([name]) => !names.has(name)).map(([, job]) => job);
  }

  /** What becomes of each job. */
  get applied(): AppliedJob[] {
    return [
      ...this.#planned.map(({ job: { name }, action, changed, isWanted }) => ({
        name,
        job_id: (this.#known.get(name) ?? this.#made.get(name))?.id ?? null,
        action,
        is_new: !this.#known.has(name),
        is_wanted: isWanted,
        run: this.#runs.get(name)!,
        changed,
      })),
      ...this.gone.map((job) => ({
        name: job.record.name ?? job.id,
        job_id: job.id,
        action: this.#payload.prune ? "remove" as const : "leave" as const,
        is_new: false,
        is_wanted: false,
        run: job.record.run,
        changed: [],
      })),
    ];
  }

  /** Stores all of it as one, what is wanted up included; nothing is started. */
  carryOut(): void {
    const { supervisor, bus } = this.#context;
    const steps = this.#planned.flatMap((planned) => this.#toStep(planned) ?? []);
    const { file, digest, up = [] } = this.#payload;
    if (steps.length === 0) return;
    const jobs = supervisor.definitions.changeAll(
      steps,
      () => bus.record("project_applied", null, { file, digest, up }),
    );
    this.#made = new Map(jobs.map((job) => [job.record.name!, job]));
  }

  #check({ job, action }: PlannedJob): void {
    const { supervisor } = this.#context;
    if (!this.#known.has(job.name)) supervisor.definitions.refuseTaken(job.name);
    if (action !== "start" && action !== "restart") return;
    try {
      const spec = this.#toSpec(job);
      supervisor.definitions.findCommand(spec);
      const known = this.#known.get(job.name);
      if (known?.isUp !== true) supervisor.definitions.expectPortsFree(spec, known);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { code, message, hint } = error;
      throw new AppError(code, `Job ${job.name}: ${message}`, { hint, cause: error });
    }
  }

  #toStep({ job, project, action }: PlannedJob): DefinitionStep | undefined {
    if (action === "leave") return undefined;
    const spec = this.#toSpec(job);
    const begins = action === "start" || action === "restart";
    const known = this.#known.get(job.name);
    const timetable = this.#timetableOf(job, action);
    if (known === undefined) {
      return { spec, change: { project, ...timetable, ...begins && toBegin(undefined) } };
    }
    const { record } = known;
    const wanted = {
      description: null,
      ...toDefinition(spec, this.#context.stopTimeoutMs()),
      command: spec.command,
      workdir: spec.workdir,
      project,
    };
    const all = {
      ...action === "keep" ? liveOnly(wanted) : wanted,
      ...begins && !known.isUp && toTenure(this.#payload, this.#context.leases),
      ...timetable,
      ...begins && toBegin(known),
      ...action === "keep" && isLeaving(record) && {
        plan: { ...planOf(record), isLeaving: false },
      },
    };
    // In place of what makes no sense all of it is written.
    const isMended = record.fault !== undefined && action !== "keep";
    const change = isMended ? all : differencesOf(record, all);
    return Object.keys(change).length === 0 ? undefined : { job: known, change };
  }

  /** Whose schedule counts from now on, or not any more. */
  #timetableOf(job: ProjectJob, action: PlannedJob["action"]): Partial<JobRecord> {
    if (job.schedule === undefined) return { timetable: null };
    const known = this.#known.get(job.name)?.record;
    const counts = action === "start" || action === "schedule" || action === "restart" ||
      this.#payload.scheduled?.includes(job.name);
    if (!counts || (known !== undefined && isScheduled(known))) return {};
    return { timetable: { sinceMs: this.#context.clock.now(), skipped: null } };
  }

  #toSpec(job: ProjectJob): JobSpec {
    const { env, umask, surroundings, owner } = this.#payload;
    const inherited = Object.entries(withoutPortVariables(env, job.ports))
      .filter(([name]) => !job.unset_env?.includes(name));
    return {
      ...job,
      env: { ...Object.fromEntries(inherited), ...job.env },
      umask,
      surroundings,
      owner,
    };
  }
}

function toKnown({ isUp, record }: Job): KnownJob {
  return {
    project: record.project ?? undefined,
    // One that is being stopped has to be started as one that is down.
    isUp: isUp && record.desired === "up",
    isPlanned: isPlanned(record),
    isScheduled: isScheduled(record),
    done: planOf(record).done,
  };
}

/** What makes a job come up, or come up again, as soon as it may. */
function toBegin(known: Job | undefined): Partial<JobRecord> {
  const plan = { ...planOf(known?.record ?? { plan: null }), isDue: true, isLeaving: false };
  // The end of a stop under way is waited for.
  if (known?.isUp) return { plan };
  return { plan, desired: "up", restarts: 0, tally: 0, reason: null };
}
