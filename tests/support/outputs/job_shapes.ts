/** Jobs, and what commands say of them beside what they are. */
import * as z from "zod/mini";
import { JobView, RunStatistics } from "../../../src/protocol/job_view.ts";
import { Survivor } from "../../../src/protocol/process_view.ts";
import { AddReply, ApplyReply, REPLIES } from "../../../src/protocol/reply.ts";

const Added = z.omit(AddReply, { job: true });

/** A job of whichever daemon. */
export const ListedJob = z.extend(JobView, { daemon_id: z.string() });

/** A job, and what its kept runs have in common. */
export const SummedJob = z.extend(JobView, {
  ...RunStatistics.shape,
  /** How far its run is by how long they usually take, of 100; null where nobody can tell. */
  progress_percent: z.nullable(z.number()),
});

/** A job that was added or found, and what was done with it. */
export const AddedJob = z.extend(JobView, Added.shape);

/** A job that was started, or was up already. */
export const StartedJob = z.extend(JobView, { action: z.enum(["started", "joined"]) });

const OutputDrop = z.object({
  run: z.number(),
  stream: z.enum(["stdout", "stderr"]),
  time: z.string(),
  /** Null where nobody has counted. */
  bytes: z.nullable(z.number()),
  /** `full`: there was no room on the disk; `keeper`: what kept the output was killed. */
  reason: z.enum(["full", "keeper"]),
});

/** All about a job. */
export const ShownJob = z.extend(JobView, {
  ...z.omit(REPLIES.get_job, { job: true }).shape,
  /** What of the output of its runs was dropped. */
  drops: z.array(OutputDrop),
});

/** What becomes of a job of the project. */
export const PlannedJob = z.extend(z.omit(ApplyReply.shape.jobs.def.element, { job_id: true }), {
  /** Null for one that a dry run would make. */
  id: z.nullable(z.string()),
});

/** A job that was asked for, and what came of it; of one that the daemon has not told of there are only these. */
export const UpJob = z.extend(z.partial(JobView), {
  id: z.string(),
  name: z.string(),
  /** `pending`: it is on its way; `stuck`: it waits for what will not be so by itself. */
  state: z.enum(["pending", "ready", "done", "failed", "stuck"]),
  action: PlannedJob.shape.action,
  /** It was not there before. */
  is_new: z.boolean(),
  /** The keys of the file by which it is different. */
  changed: z.array(z.string()),
  /** Of one that failed, the end of what it printed. */
  last_lines: z.optional(z.array(z.string())),
});

/** Jobs, as several commands print them. */
export const Jobs = z.object({ jobs: z.array(JobView) });

const Survivors = z.array(Survivor);
/** Their ids. */
const Removed = z.array(z.string());

/** The schemas of objects with jobs, by what they are called on the page. */
export const JOB_SHAPES = {
  JobList: z.object({ jobs: z.array(z.union([SummedJob, ListedJob])) }),
  JobListLine: z.object({ type: z.literal("jobs"), jobs: z.array(JobView) }),
  Jobs,
  StartedJobs: z.object({ jobs: z.array(StartedJob) }),
  StoppedJobs: REPLIES.stop,
  RestartedJobs: REPLIES.restart,
  ChangedJobs: REPLIES.set,
  RemovedJobs: z.object({ removed: Removed, survivors: Survivors }),
  CleanedJobs: z.object({
    removed: Removed,
    /** How many processes that have let go were left running. */
    let_go: z.number(),
    survivors: Survivors,
  }),
  DownJobs: z.extend(REPLIES.stop, { removed: Removed }),
  Nuked: z.object({
    stopped_count: z.number(),
    removed_count: z.number(),
    survivors: Survivors,
    services_removed: z.array(z.string()),
  }),
  UpOutcome: z.object({
    result: z.enum(["ready", "failed", "timed_out", "interrupted", "started"]),
    jobs: z.array(UpJob),
  }),
  UpPlan: z.object({ result: z.literal("planned"), jobs: z.array(PlannedJob) }),
  AwaitedOutput: z.object({
    jobs: z.array(JobView),
    /** The line of each job that has printed one. */
    matches: z.array(z.object({
      job_id: z.string(),
      job_name: z.nullable(z.string()),
      run: z.number(),
      stream: z.enum(["stdout", "stderr"]),
      time: z.string(),
      text: z.string(),
    })),
  }),
  Sent: z.object({ bytes: z.number() }),
} satisfies Readonly<Record<string, z.ZodMiniType>>;
