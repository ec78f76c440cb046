import * as z from "zod/mini";
import { JOB_STATUSES } from "./job_status.ts";

/** Where a job is. */
export const JobStatus = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof JobStatus>;

/** What the user asked for. */
export const Desired = z.enum(["up", "down"]);
export type Desired = z.infer<typeof Desired>;

const Time = z.nullable(z.string());

/** A job as every output, event and snapshot shows it. Never an environment value; credentials are masked. */
export const JobView = z.object({
  id: z.string(),
  name: z.nullable(z.string()),
  description: z.nullable(z.string()),
  command: z.array(z.string()),
  workdir: z.string(),
  status: JobStatus,
  desired: Desired,
  /** Whether it is known to serve; a job without a readiness check is ready as soon as it runs. */
  ready: z.boolean(),
  /** The command's own process, while there is one. */
  pid: z.nullable(z.number()),
  exit_code: z.nullable(z.number()),
  /** `SIGTERM`, when a signal ended the last run. */
  signal: z.nullable(z.string()),
  /** Why it is `failed`, `lost` or in `backoff`, when the code does not say it. */
  reason: z.nullable(z.string()),
  /** What is wrong with it, as a word: `bad_record`, `unsupervised`; null or missing when nothing is. */
  problem: z.optional(z.nullable(z.string())),
  /** The number of the current or last run; 0 before the first. */
  run: z.number(),
  /** How often the restart policy started it again since the user last did. */
  restarts: z.number(),
  restart_policy: z.string(),
  stop_signal: z.string(),
  stop_timeout_ms: z.number(),
  created_at: z.string(),
  started_at: Time,
  finished_at: Time,
  /** When the restart policy will start it again. */
  next_start_at: Time,
  stdout_path: z.nullable(z.string()),
  stderr_path: z.nullable(z.string()),
  ports: z.array(z.number()),
  cpu_percent: z.nullable(z.number()),
  memory_bytes: z.nullable(z.number()),
  /** How many processes runs that are over have left running; absent from daemons that do not know. */
  left: z.optional(z.number()),
  /** How many of these have let go: of their run's session and of its output. */
  let_go: z.optional(z.number()),
});
export type JobView = z.infer<typeof JobView>;

/** One execution of a job, as `show` tells its history. */
export const RunView = z.object({
  run_id: z.string(),
  run: z.number(),
  /** What it was, of a run that is over. */
  pid: z.nullable(z.number()),
  /** `running`, or how it ended: `exited`, `failed`, `stopped`, `lost`. */
  outcome: z.string(),
  exit_code: z.nullable(z.number()),
  signal: z.nullable(z.string()),
  reason: z.nullable(z.string()),
  started_at: z.string(),
  finished_at: Time,
  duration_ms: z.nullable(z.number()),
  stdout_path: z.string(),
  stderr_path: z.string(),
});
export type RunView = z.infer<typeof RunView>;
