/**
 * What the daemon answers. The client believes it: these schemas are for the pages and for tests, and the program takes
 * nothing from here but types. What was not there in the first release is optional.
 */
import * as z from "zod/mini";
import { JobDefinition } from "./job_definition.ts";
import { JobStatistics, JobView, RunStatistics, RunView } from "./job_view.ts";
import { Nothing } from "./payload.ts";
import { LeftProcessView, Survivor } from "./process_view.ts";
import type { RequestName } from "./request_traits.ts";
import { RunChanges } from "./run_changes.ts";
import { StatusSnapshot } from "./snapshot.ts";

const JobsReply = z.object({ jobs: z.array(JobView) });

/** `created`: a new job; `started`: it was known and down; `joined`: it was up already and left alone. */
export const AddReply = z.object({
  job: JobView,
  run_id: z.string(),
  action: z.enum(["created", "started", "joined"]),
  /** Of a job that was up: what is different in its definition now, by the names of the payload. */
  changed: z.optional(z.array(z.string())),
  /** The same, from its next start on. */
  pending: z.optional(z.array(z.string())),
  /** Which variables are different, when `pending` has "env". */
  env_names: z.optional(z.array(z.string())),
  /** Other jobs with the same command in the same directory, and other names. */
  twins: z.optional(z.array(z.string())),
  /** What the job cannot have of the caller's place in the system, in words. */
  missing: z.optional(z.array(z.string())),
});
export type AddReply = z.infer<typeof AddReply>;

/** What is different in the definition of a job, as in the reply to `add`. */
const JobChange = z.object({
  job_id: z.string(),
  changed: z.array(z.string()),
  pending: z.array(z.string()),
  env_names: z.array(z.string()),
});

/**
 * What becomes of a job: `start`: it is down, and comes up when what it needs is there; `restart`: the same of one that
 * is up; `keep`: it is up, and goes on; `done`: a task that need not run again; `rest`: it is down, and stays so;
 * `schedule`: it is down, and its schedule counts from now on;
 * `leave`: it is not in the file any more, or is up, is different there, and was not asked for; `remove`: `leave` with
 * `prune`.
 */
const APPLY_ACTIONS = [
  "start",
  "restart",
  "keep",
  "done",
  "rest",
  "schedule",
  "leave",
  "remove",
] as const;

const AppliedJob = z.object({
  name: z.string(),
  /** Null for one that a dry run would make. */
  job_id: z.nullable(z.string()),
  action: z.enum(APPLY_ACTIONS),
  /** It was not there before. */
  is_new: z.boolean(),
  /** It is to be up, or to have been run: it was asked for, or something that was needs it. */
  is_wanted: z.boolean(),
  /** The number of the run that is meant: the next one of what is started. */
  run: z.number(),
  /** The keys of the file by which it is different. */
  changed: z.array(z.string()),
  /** Of `schedule`, when it is started. */
  next_run_at: z.optional(z.nullable(z.string())),
});
export type AppliedJob = z.infer<typeof AppliedJob>;

/** What `apply` has done, or would do. */
export const ApplyReply = z.object({
  jobs: z.array(AppliedJob),
  /** Events after this number are of what was begun. */
  seq: z.number(),
  /** What the jobs cannot have of the caller's place in the system, in words. */
  missing: z.optional(z.array(z.string())),
});
export type ApplyReply = z.infer<typeof ApplyReply>;

/** What is true now, and the sequence number it is true at: events follow from `seq + 1`. */
export const EventSnapshot = z.object({
  seq: z.number(),
  jobs: z.array(JobView),
});
export type EventSnapshot = z.infer<typeof EventSnapshot>;

/** What comes back for every request, by its name. */
export const REPLIES = {
  ping: z.object({ version: z.string(), build: z.string(), pid: z.number() }),
  add: AddReply,
  run: AddReply,
  list: z.object({
    jobs: z.array(JobView),
    seq: z.number(),
    /** Of the jobs that have run; absent where nobody has asked. */
    statistics: z.optional(z.array(JobStatistics)),
    /** What was taken away under the daemon, and what became of it. */
    notices: z.optional(z.array(z.string())),
  }),
  get_job: z.object({
    job: JobView,
    runs: z.array(RunView),
    /** What runs that are over have left running; absent when there is nothing. */
    left_processes: z.optional(z.array(LeftProcessView)),
    env_names: z.array(z.string()),
    ...z.partial(RunStatistics).shape,
    average_duration_ms: z.nullable(z.number()),
    /** Absent where no run went well before the last, or nobody has noted how they were started. */
    changes: z.optional(RunChanges),
  }),
  get_definition: z.object({ definition: JobDefinition }),
  /** `joined`: the ids of those that were up already and left alone. */
  start: z.object({ jobs: z.array(JobView), joined: z.optional(z.array(z.string())) }),
  stop: z.object({
    jobs: z.array(JobView),
    survivors: z.array(Survivor),
    /** Of jobs that were down already: how many processes of earlier runs were ended. */
    ended: z.optional(z.array(z.object({ job_id: z.string(), processes: z.number() }))),
  }),
  restart: z.object({
    jobs: z.array(JobView),
    /** Which variables are different for the caller, and were not taken over. */
    env_differs: z.optional(
      z.array(z.object({ job_id: z.string(), env_names: z.array(z.string()) })),
    ),
  }),
  set: z.object({ jobs: z.array(JobView), changes: z.array(JobChange) }),
  keep: JobsReply,
  rename: z.object({ job: JobView }),
  remove: z.object({ removed: z.array(z.string()), survivors: z.optional(z.array(Survivor)) }),
  apply: ApplyReply,
  cleanup: z.object({
    removed: z.array(z.string()),
    let_go: z.optional(z.number()),
    survivors: z.optional(z.array(Survivor)),
  }),
  nuke: z.object({
    stopped: z.number(),
    removed: z.number(),
    survivors: z.optional(z.array(Survivor)),
  }),
  signal: JobsReply,
  wait: z.object({
    jobs: z.array(JobView),
    /** The ids of those that were so, where not all were waited for; of the first, that alone. */
    met: z.optional(z.array(z.string())),
  }),
  subscribe: EventSnapshot,
  /** `stdin_window`: so many bytes of its stdin the client may have sent that are not taken. */
  exec: z.object({ exec_id: z.string(), stdin_window: z.optional(z.number()) }),
  /** `run_id`: whose stdin it is. */
  send: z.object({ bytes: z.number(), run_id: z.optional(z.string()) }),
  resize: Nothing,
  hold: Nothing,
  reload: z.object({
    changed: z.array(z.string()),
    needs_restart: z.array(z.string()),
    notes: z.optional(z.array(z.string())),
  }),
  settings: z.object({
    settings: z.array(z.object({ name: z.string(), value: z.unknown(), source: z.string() })),
    /** What is wrong or unknown in the files, a line each. */
    notes: z.optional(z.array(z.string())),
  }),
  status: StatusSnapshot,
  handover: z.object({ jobs: z.number(), wait_ms: z.optional(z.number()) }),
  shutdown: z.object({ stopped: z.number(), survivors: z.optional(z.array(Survivor)) }),
} satisfies Readonly<Record<RequestName, z.ZodMiniType>>;
