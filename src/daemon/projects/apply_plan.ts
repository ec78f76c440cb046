import { type DependencyGraph, orderGraph, withAllNeeded } from "../../base/dependency_graph.ts";
import type { ApplyPayload, ProjectJob } from "../../protocol/project.ts";
import type { AppliedJob } from "../../protocol/reply.ts";
import type { ProjectPart } from "../../store/store.ts";
import { digestOfTask } from "../jobs/dependencies.ts";

/** What is known of a job of the project before its file is applied. */
export interface KnownJob {
  /** Undefined of one that was added by hand, and is taken as it is. */
  readonly project: ProjectPart | undefined;
  /** A process of it is there, or about to be. */
  readonly isUp: boolean;
  /** Its schedule counts already. */
  readonly isScheduled: boolean;
  /** It is to be started, or started again, already. */
  readonly isPlanned: boolean;
  /** Of a task: what it was when it last succeeded. */
  readonly done: string | null;
}

/** What becomes of one job. */
export interface PlannedJob {
  readonly job: ProjectJob;
  readonly project: ProjectPart;
  readonly action: Exclude<AppliedJob["action"], "remove">;
  readonly changed: string[];
  /** It was asked for, or something that was needs it. */
  readonly isWanted: boolean;
}

/** What of a payload decides on the plan. */
export type PlanWishes = Pick<
  ApplyPayload,
  "file" | "jobs" | "up" | "scheduled" | "only_up" | "confirmed"
>;

/** Decides what becomes of each job of a project's file, in the order of what they need. Pure. */
export function planApply(
  wishes: PlanWishes,
  known: ReadonlyMap<string, KnownJob>,
): { jobs: PlannedJob[]; unconfirmed: string[] } {
  const plan = new Plan(wishes, known);
  return { jobs: plan.jobs, unconfirmed: plan.unconfirmed };
}

/** Work on one plan: services first, then the tasks that these need. */
class Plan {
  readonly #wishes: PlanWishes;
  readonly #known: ReadonlyMap<string, KnownJob>;
  readonly #byName: ReadonlyMap<string, ProjectJob>;
  readonly #wanted: ReadonlySet<string>;
  readonly #actions = new Map<string, PlannedJob["action"]>();
  /** Those that may not be started because nobody has confirmed it. */
  readonly unconfirmed: string[] = [];
  readonly jobs: PlannedJob[];

  constructor(wishes: PlanWishes, known: ReadonlyMap<string, KnownJob>) {
    this.#wishes = wishes;
    this.#known = known;
    this.#byName = new Map(wishes.jobs.map((job) => [job.name, job]));
    const graph: DependencyGraph = new Map(
      wishes.jobs.map(({ name, depends_on = [] }) => [name, depends_on.map(({ job }) => job)]),
    );
    this.#wanted = withAllNeeded(wishes.only_up ? [] : wishes.up ?? [], graph);
    const order = orderGraph(graph).order.map((name) => this.#byName.get(name)!);
    for (const job of order) if (!job.task) this.#actions.set(job.name, this.#actionOf(job));
    // What needs a task decides on it, so that comes first.
    for (const job of order.toReversed()) {
      if (job.task) this.#actions.set(job.name, this.#actionOf(job));
    }
    for (const job of order) this.#restartWithNeeded(job);
    this.jobs = order.map((job) => this.#planned(job));
  }

  #planned(job: ProjectJob): PlannedJob {
    const action = this.#actions.get(job.name)!;
    const project = toProjectPart(job, this.#wishes.file);
    const known = this.#known.get(job.name)?.project;
    if (job.confirm && action === "start" && !this.#wishes.confirmed?.includes(job.name)) {
      this.unconfirmed.push(job.name);
    }
    const changed = known === undefined ? [] : changesOf(known, project);
    return { job, project, action, changed, isWanted: this.#isWanted(job.name) };
  }

  #actionOf(job: ProjectJob): PlannedJob["action"] {
    const { isUp = false, isPlanned = false } = this.#known.get(job.name) ?? {};
    const isDifferent = this.#isDifferent(job);
    if (!this.#isWanted(job.name)) {
      if (isUp || isPlanned) return isDifferent ? "leave" : "keep";
      const isNews = !(this.#known.get(job.name)?.isScheduled ?? false);
      return isNews && this.#wishes.scheduled?.includes(job.name) ? "schedule" : "rest";
    }
    if (isUp) return isDifferent || isPlanned ? "restart" : "keep";
    if (isPlanned) return "start";
    return job.task && !this.#mustRun(job) ? "done" : "start";
  }

  #isWanted(name: string): boolean {
    if (!this.#wishes.only_up) return this.#wanted.has(name);
    const known = this.#known.get(name);
    return known !== undefined && (known.isUp || known.isPlanned);
  }

  #isDifferent(job: ProjectJob): boolean {
    const known = this.#known.get(job.name)?.project;
    if (known === undefined) return false;
    const { restartDigests, inputs } = toProjectPart(job, this.#wishes.file);
    return keysOfDifferences(known.restartDigests, restartDigests).length > 0 ||
      known.inputs !== inputs;
  }

  #mustRun(task: ProjectJob): boolean {
    const done = this.#known.get(task.name)?.done ?? null;
    if (done !== digestOfTask(toProjectPart(task, this.#wishes.file))) return true;
    if (task.inputs !== undefined) return false;
    if (task.confirm && !this.#wishes.confirmed?.includes(task.name)) return false;
    const needing = this.#wishes.jobs.filter(({ depends_on = [] }) =>
      depends_on.some(({ job }) => job === task.name)
    );
    // For one that was to start already, what it needs has been run, or is to be.
    const begins = (name: string) =>
      ["start", "restart"].includes(this.#actions.get(name) ?? "") &&
      this.#known.get(name)?.isPlanned !== true;
    if (needing.some(({ name }) => begins(name))) return true;
    // One that nobody needs follows what it needs itself: it prepares that.
    return needing.length === 0 && (task.depends_on ?? []).some(({ job }) => begins(job));
  }

  #restartWithNeeded({ name, depends_on = [] }: ProjectJob): void {
    if (this.#actions.get(name) !== "keep" || !this.#known.get(name)?.isUp) return;
    const begins = depends_on.some(({ job, restart }) =>
      restart && ["start", "restart"].includes(this.#actions.get(job)!)
    );
    if (begins) this.#actions.set(name, "restart");
  }
}

/** What the file says of a job, as the store keeps it. */
function toProjectPart(job: ProjectJob, source: string): ProjectPart {
  return {
    source,
    groups: job.groups ?? [],
    dependsOn: (job.depends_on ?? []).map((need) => ({ restart: false, ...need })),
    isTask: job.task ?? false,
    inputs: job.inputs ?? null,
    confirm: job.confirm ?? false,
    restartDigests: job.restart_digests,
    liveDigests: job.live_digests,
  };
}

/** The keys of the file by which a job is different. */
function changesOf(known: ProjectPart, wanted: ProjectPart): string[] {
  return [
    ...keysOfDifferences(known.restartDigests, wanted.restartDigests),
    ...keysOfDifferences(known.liveDigests, wanted.liveDigests),
    ...known.inputs === wanted.inputs ? [] : ["inputs"],
  ].sort();
}

function keysOfDifferences(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): string[] {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].filter((key) => one[key] !== other[key]);
}
