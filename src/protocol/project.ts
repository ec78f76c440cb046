import * as z from "zod/mini";
import { orderGraph } from "../base/dependency_graph.ts";
import { DEPENDENCY_STATES } from "./dependency_state.ts";
import { JobSpec } from "./job_spec.ts";
import { Standing, Surroundings } from "./job_place.ts";
import { Owner } from "./owner.ts";
import * as v from "./values.ts";

/** More is no project any more. */
const MOST_PROJECT_JOBS = 10_000;

/** A job that another one needs: it is not started before that is so. */
const Dependency = z.object({
  job: v.JobName,
  for: z.enum(DEPENDENCY_STATES),
  /** Started again after that one was. */
  restart: z.optional(v.Flag),
});

/** By a key of the file, a digest of what is declared there. */
const Digests = z.record(v.Label, v.Label, "must be an object of digests");

/** A job as the project's file has it, resolved. Its environment is what is declared, on top of the caller's. */
export const ProjectJob = z.extend(
  z.omit(JobSpec, {
    env: true,
    given_env: true,
    umask: true,
    surroundings: true,
    standing: true,
    owner: true,
    lease: true,
  }),
  {
    name: v.JobName,
    env: z.optional(v.Environment),
    /** What it does not get of the caller's. */
    unset_env: z.optional(v.VariableNames),
    groups: z.optional(z.array(v.JobName, "must be a list of names")),
    depends_on: z.optional(z.array(Dependency, "must be a list of dependencies")),
    /** It runs to its end, and code 0 is success. */
    task: z.optional(v.Flag),
    /** Of a task, the digest of what it is made from: it is not run again as long as that and its definition stay. */
    inputs: z.optional(v.Label),
    /** It is started only when `confirmed` has its name. */
    confirm: z.optional(v.Flag),
    /** Where one of these is different, a job that is up is restarted. */
    restart_digests: Digests,
    /** What is different here holds at once. */
    live_digests: Digests,
  },
);
export type ProjectJob = z.infer<typeof ProjectJob>;

const Names = z.array(v.JobName, "must be a list of names");

/** A whole project, and what of it is to be up. */
export const ApplyPayload = z.object({
  file: v.AbsolutePath,
  /** Of the content of the file. */
  digest: v.Label,
  /** The caller's, which all jobs get. */
  env: v.Environment,
  umask: v.Umask,
  surroundings: z.optional(Surroundings),
  standing: z.optional(Standing),
  /** Who has them run: of those that are started. */
  owner: z.optional(Owner),
  jobs: z.array(ProjectJob, "must be a list of jobs").check(
    z.refine((jobs) => jobs.length <= MOST_PROJECT_JOBS, `must be ${MOST_PROJECT_JOBS} at most`),
    z.refine(hasEachOnce, "must have each name once"),
    z.refine(hasAllNeeded, "must have every job that one depends on"),
    z.refine(hasNoCircle, "must not depend on each other in a circle"),
  ),
  /** What is to be up, with all that it needs. */
  up: z.optional(Names),
  /** Of these the schedule counts from now on; by that nothing is started at once. */
  scheduled: z.optional(Names),
  /** Nothing is started that is down: what is up becomes what the file says. */
  only_up: z.optional(v.Flag),
  /** Those with `confirm` that may be started. */
  confirmed: z.optional(Names),
  /** Those that were added by hand and are the file's from now on: what is up of them goes on. */
  taken: z.optional(Names),
  /** Jobs that are in the file no more are removed. */
  prune: z.optional(v.Flag),
  /** Only tells what would be done. */
  dry_run: z.optional(v.Flag),
}).check(
  knowsAll("up"),
  knowsAll("confirmed"),
  knowsAll("taken"),
  knowsAll("scheduled"),
);
export type ApplyPayload = z.infer<typeof ApplyPayload>;

type Jobs = readonly {
  readonly name: string;
  readonly depends_on?: readonly { readonly job: string }[] | undefined;
}[];

function toGraph(jobs: Jobs): Map<string, string[]> {
  return new Map(jobs.map(({ name, depends_on = [] }) => [name, depends_on.map(({ job }) => job)]));
}

function hasEachOnce(jobs: Jobs): boolean {
  return toGraph(jobs).size === jobs.length;
}

function hasAllNeeded(jobs: Jobs): boolean {
  const graph = toGraph(jobs);
  return [...graph.values()].flat().every((name) => graph.has(name));
}

function hasNoCircle(jobs: Jobs): boolean {
  return orderGraph(toGraph(jobs)).order.length === jobs.length;
}

/** Whether one of the lists names nothing but jobs of the project. */
function knowsAll<Field extends "up" | "confirmed" | "taken" | "scheduled">(field: Field) {
  return z.refine<{ readonly jobs: Jobs } & { readonly [Each in Field]?: string[] | undefined }>(
    (payload) => {
      const names: readonly string[] = payload[field] ?? [];
      if (names.length === 0) return true;
      const graph = toGraph(payload.jobs);
      return names.every((name) => graph.has(name));
    },
    { error: "must be names of jobs of the project", path: [field] },
  );
}
