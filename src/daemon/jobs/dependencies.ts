import type { Awaited } from "../../protocol/job_view.ts";
import { isReady } from "./readiness_view.ts";
import { isUp } from "../../protocol/job_status.ts";
import type {
  DependencyRecord,
  JobRecord,
  PlanPart,
  ProjectPart,
  RunRecord,
} from "../../store/store.ts";

/** Where a job is, as far as it matters to those that need it. */
export interface NeededJob {
  /** It is to be started, or started again, once what it needs allows. */
  readonly isPlanned: boolean;
  readonly isUp: boolean;
  /** A run of it goes on. */
  readonly isRunning: boolean;
  readonly isReady: boolean;
  /** It has run to its end, with code 0, as it is defined now. */
  readonly isComplete: boolean;
  /** The number of its current or last run. */
  readonly run: number;
  /** What it is, for when that is the reason why others wait. */
  readonly word: string;
}

/** Finds a job by its name. */
export type FindNeeded = (name: string) => NeededJob | undefined;

const NO_PLAN: PlanPart = { isDue: false, done: null, after: {} };

/** A job's plan, or one in which nothing is to be done. */
export function planOf({ plan }: Pick<JobRecord, "plan">): PlanPart {
  return plan ?? NO_PLAN;
}

/** Whether a job of a project is to be started, or started again, as soon as what it needs allows. */
export function isPlanned(job: JobRecord): boolean {
  if (job.project === null || job.fault !== undefined) return false;
  const { isDue, isLeaving } = planOf(job);
  if (isLeaving) return false;
  return isDue || (job.desired === "up" && !isUp(job.status));
}

/** Whether it is up, and to be stopped as soon as what needs it is down. */
export function isLeaving(job: JobRecord): boolean {
  return planOf(job).isLeaving === true && isUp(job.status);
}

/** How a job is for those that need it; `last` is its current or last run. */
export function toNeeded(job: JobRecord, last: RunRecord | undefined): NeededJob {
  const exitCode = last?.exitCode;
  const { status, project, run } = job;
  const planned = isPlanned(job);
  const isRunning = status === "running";
  const hasEnded = !isUp(status) && !planned;
  return {
    isPlanned: planned,
    isUp: isUp(status),
    isRunning: isRunning && !planned,
    isReady: isReady(job, last) && !planned,
    isComplete: hasEnded &&
      (project?.isTask ? planOf(job).done === digestOfTask(project) : status === "exited"),
    run,
    word: status === "failed" && exitCode != null ? `failed (${exitCode})` : status,
  };
}

/** What a task is: it need not run again while this is as it was when it last succeeded. */
export function digestOfTask({ restartDigests, inputs }: ProjectPart): string {
  const entries = Object.entries(restartDigests).toSorted(([one], [other]) => one < other ? -1 : 1);
  return JSON.stringify([entries, inputs]);
}

/** What a planned job waits for; empty when nothing is in its way. */
export function awaitedBy(job: JobRecord, find: FindNeeded): Awaited[] {
  return isPlanned(job) ? unmetNeeds(job, find) : [];
}

/** What a job of a project needs and has not. */
export function unmetNeeds({ project }: JobRecord, find: FindNeeded): Awaited[] {
  return (project?.dependsOn ?? []).flatMap((need) => judge(need, find(need.job)) ?? []);
}

/** Whether what it needs was started again since it was, by the edges that ask for that. */
export function isOutdated(job: JobRecord, find: FindNeeded): boolean {
  const { after } = planOf(job);
  return (job.project?.dependsOn ?? []).some(({ job: name, restart }) =>
    restart && (find(name)?.run ?? 0) > (after[name] ?? Infinity)
  );
}

/** The plan of a job of which a run begins now. */
export function planOfBegun(job: JobRecord, find: FindNeeded): PlanPart | null {
  if (job.project === null) return job.plan && { ...job.plan, pending: undefined };
  const needs = job.project.dependsOn.filter(({ restart }) => restart);
  const after = Object.fromEntries(needs.map(({ job: name }) => [name, find(name)?.run ?? 0]));
  return { ...planOf(job), isDue: false, isLeaving: false, pending: undefined, after };
}

/** What stands in the way of one that needs it; undefined when nothing does. */
function judge(need: DependencyRecord, needed: NeededJob | undefined): Awaited | undefined {
  const awaited = { job: need.job, for: need.for };
  if (needed === undefined) return { ...awaited, problem: "is not there" };
  if (isMet(need.for, needed)) return undefined;
  const mayBe = needed.isPlanned || needed.isUp;
  return { ...awaited, problem: mayBe ? null : needed.word };
}

function isMet(state: DependencyRecord["for"], needed: NeededJob): boolean {
  if (needed.isComplete) return true;
  if (state === "ready") return needed.isReady;
  return state === "started" && needed.isRunning;
}
