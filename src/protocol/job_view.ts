import * as z from "zod/mini";
import { DEPENDENCY_STATES } from "./dependency_state.ts";
import { JOB_STATUSES } from "./job_status.ts";

/** Where a job is. */
export const JobStatus = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof JobStatus>;

/** What the user asked for. */
export const Desired = z.enum(["up", "down"]);
export type Desired = z.infer<typeof Desired>;

/** What a job waits for before it starts, or starts again. */
export const Awaited = z.object({
  job: z.string(),
  for: z.enum(DEPENDENCY_STATES),
  /** Why that will not be so by itself: `failed (1)`; null while it may be. */
  problem: z.nullable(z.string()),
});
export type Awaited = z.infer<typeof Awaited>;

const TerminalSize = z.object({ columns: z.number(), rows: z.number() });

/** A TCP port that a job declares. */
const DeclaredPort = z.object({
  name: z.string(),
  /** Null while it is to be found at the first start. */
  port: z.nullable(z.number()),
  /** Whether the daemon has found the number. */
  auto: z.boolean(),
  /** Whether a process of the job listens on it, when they were looked at last; null before that. */
  listening: z.nullable(z.boolean()),
  /** Where a browser finds it, where its name says so. */
  url: z.nullable(z.string()),
  /** What the number was before somebody else held that at the last start. */
  moved_from: z.optional(z.number()),
});
export type DeclaredPort = z.infer<typeof DeclaredPort>;

const Time = z.nullable(z.string());

/** The files that are watched for a job, and how far that is. */
const WatchView = z.object({
  /** Globs, from its workdir. */
  paths: z.array(z.string()),
  ignore: z.array(z.string()),
  /** What follows a change: `restart`, `signal:HUP`, `run:JOB`. */
  does: z.string(),
  /** It has ended by itself, and a change starts it again. */
  is_awaited: z.boolean(),
  /** How many directories are watched; null while none are, or they are being found. */
  directories: z.nullable(z.number()),
  /** Why not all changes are seen, or nothing follows them; null when all is well. */
  problem: z.nullable(z.string()),
  /**
   * The file whose change something followed last, while this daemon watches it, from the workdir; of several the one
   * that came first, null when nobody knows.
   */
  changed_path: z.nullable(z.string()),
  /** How many files had changed then; 0: nothing has followed yet. */
  changed_files: z.number(),
  changed_at: Time,
});
export type WatchView = z.infer<typeof WatchView>;

/** The owner of a job, as it is shown. */
export const OwnerView = z.object({
  name: z.string(),
  user: z.string(),
  agent: z.nullable(z.string()),
  session: z.nullable(z.string()),
  terminal: z.nullable(z.string()),
  /** The process whose end makes the job left over; null: there is none, or it was kept. */
  pid: z.nullable(z.number()),
  process: z.nullable(
    z.object({ pid: z.number(), start_time: z.string(), boot_id: z.string() }),
  ),
});
export type OwnerView = z.infer<typeof OwnerView>;

/** What ends a job by itself, as it is shown. */
export const LeaseView = z.object({
  /** When, by the wall clock as it goes now; null: not at a time. */
  ends_at: z.nullable(z.string()),
  /** The process whose end ends it; null: none does. */
  pid: z.nullable(z.number()),
  /** It is over, and the next daemon, or this one in a moment, ends the job. */
  is_over: z.boolean(),
});
export type LeaseView = z.infer<typeof LeaseView>;

/** A job as every output, event and snapshot shows it. Never an environment value; credentials are masked. */
export const JobView = z.object({
  /** Three or more letters and digits; its own for as long as the job is there. */
  id: z.string(),
  name: z.nullable(z.string()),
  description: z.nullable(z.string()),
  /** argv, the program first. */
  command: z.array(z.string()),
  /** An absolute path. */
  workdir: z.string(),
  /** Where it is. */
  status: JobStatus,
  /** What the user asked for. */
  desired: Desired,
  /** Whether it is known to serve; a job without a check is ready when it is still there 300 ms after its start. */
  ready: z.boolean(),
  /** Since when its current run is ready, or when its last one was; null: it was not, or is no more. */
  ready_at: z.optional(Time),
  /** What makes it ready, as text: `http://localhost:8080/`, `tcp:5432`, `log:listening`; null without a check. */
  ready_check: z.optional(z.nullable(z.string())),
  /** What it is asked once it is ready, as text; null: nothing. */
  health_check: z.optional(z.nullable(z.string())),
  /** Absent where no files are watched for it. */
  watch: z.optional(WatchView),
  /** Why the current run is not ready although its time for that is over, or it was ready before. */
  unready_reason: z.optional(z.nullable(z.string())),
  /** The command's own process, while there is one. */
  pid: z.nullable(z.number()),
  /** Of the last run; null while a run goes on, when a signal ended it, and when nobody can know. */
  exit_code: z.nullable(z.number()),
  /** `SIGTERM`, when a signal ended the last run. */
  signal: z.nullable(z.string()),
  /** Why it is `failed`, `lost` or in `backoff`, when the code does not say it; what was wrong with its stop. */
  reason: z.nullable(z.string()),
  /** What is wrong with it, as a word: `bad_record`, `unsupervised`; null or missing when nothing is. */
  problem: z.optional(z.nullable(z.string())),
  /** The number of the current or last run; 0 before the first. */
  run: z.number(),
  /** How often the restart policy started it again since the user last did. */
  restarts: z.number(),
  /** As text: `no`, `on-failure`, `on-failure:3`, `always`, `unless-stopped`. */
  restart_policy: z.string(),
  /** `SIGTERM`. */
  stop_signal: z.string(),
  /** From the stop signal, or the start of the stop command, to KILL. */
  stop_timeout_ms: z.number(),
  /** argv of what asks it to stop in place of the signal; absent where that does. */
  stop_command: z.optional(z.array(z.string())),
  /** The size of its terminal, of a job that is to have one; absent where it has none. */
  terminal_size: z.optional(TerminalSize),
  created_at: z.string(),
  /** Of the current or last run; null before the first. */
  started_at: Time,
  /** Of the last run; null while a run goes on. */
  finished_at: Time,
  /** When the restart policy will start it again. */
  next_start_at: Time,
  /** When it is started by itself, as text: `0 3 * * *`, `TZ=Europe/Berlin 0 3 * * *`, `1h`; absent without a schedule. */
  schedule: z.optional(z.string()),
  /** When that is next; null after a stop: it counts again after a start. Absent without a schedule, or a daemon. */
  next_run_at: z.optional(Time),
  /** When a start by its schedule was last left out; absent before that. */
  skipped_at: z.optional(z.string()),
  /** Why: it was up, or nobody was there in time. */
  skipped_reason: z.optional(z.string()),
  /** The file with the output of the current or last run. */
  stdout_path: z.nullable(z.string()),
  stderr_path: z.nullable(z.string()),
  /** TCP ports that processes of the job listen on, when they were looked at last. */
  ports: z.array(z.number()),
  /** Which it is to listen on; absent where it declares none. */
  ports_declared: z.optional(z.array(DeclaredPort)),
  /** Of all its processes together; 100 is one core. Null while there is no measurement. */
  cpu_percent: z.nullable(z.number()),
  /** Resident memory of all its processes together. */
  memory_bytes: z.nullable(z.number()),
  /** What it may have of that; absent where it may have any. */
  memory_limit_bytes: z.optional(z.number()),
  /** What is kept of each stream of a run, 0: all; absent where the daemon's settings say it. */
  log_max_bytes: z.optional(z.number()),
  /** How many runs are kept; absent where the daemon's settings say it. */
  runs_kept: z.optional(z.number()),
  /** How many processes runs that are over have left running; absent from daemons that do not know. */
  left: z.optional(z.number()),
  /** How many of these have let go: of their run's session and of its output. */
  let_go: z.optional(z.number()),
  /** Who had it run; absent where nobody knows. */
  owner: z.optional(OwnerView),
  /** It is up, and its owner's process has gone. */
  left_over: z.optional(z.boolean()),
  /** What ends it by itself; absent where nothing does. */
  lease: z.optional(LeaseView),
  /** The file of the project that it is from; absent of one that was added by hand. */
  source: z.optional(z.string()),
  /** The groups that this file puts it in. */
  groups: z.optional(z.array(z.string())),
  /** It is to start as soon as all of these are so; absent while it waits for nothing. */
  waiting_for: z.optional(z.array(Awaited)),
});
export type JobView = z.infer<typeof JobView>;

/** Who wanted the end of a run. */
const EndAsked = z.object({
  /** What was asked for: `stop`, `restart`, `signal`, `daemon_stop`, `file_change`, `unhealthy`, …. */
  what: z.string(),
  /** The signal that was named for it; null: that of the job, or its stop command. */
  signal: z.nullable(z.string()),
  /** What the command of imp was called by. */
  by: z.optional(z.object({ pid: z.number(), program: z.string() })),
  /** It did not end in its time, and KILL was needed. */
  killed: z.optional(z.boolean()),
});

/** How often the kernel has killed a process for want of memory; null where it does not tell. */
const OomKills = z.object({
  /** In the cgroup of daemon and jobs. */
  cgroup: z.nullable(z.number()),
  /** On the whole machine. */
  machine: z.nullable(z.number()),
});

/** What the runs of a job that are kept have in common; null where none of them tells. */
export const RunStatistics = z.object({
  /** How many of the runs that ended by themselves did so with 0, of 100. */
  success_percent: z.nullable(z.number()),
  average_duration_ms: z.nullable(z.number()),
  shortest_duration_ms: z.nullable(z.number()),
  longest_duration_ms: z.nullable(z.number()),
  /** Half of those that went well took longer; null before two have. */
  usual_duration_ms: z.nullable(z.number()),
});

/** The same, and of which job. */
export const JobStatistics = z.object({ job_id: z.string(), ...RunStatistics.shape });

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
  /** It went well: ended by itself with code 0, or was ready until somebody wanted its end. */
  is_good: z.optional(z.boolean()),
  /** Since when it was ready. */
  ready_at: z.optional(Time),
  /** Why it counted as not ready, in the end. */
  unready_reason: z.optional(z.nullable(z.string())),
  /** Why it ended, or did not begin, as a stable word, where imp knows it: `memory.limit`, `command.not_found`. */
  cause: z.optional(z.string()),
  /** Absent where nobody asked imp for its end. */
  asked: z.optional(EndAsked),
  /** While it ran; of a run that ended badly. */
  oom_kills: z.optional(OomKills),
  /** After so many restarts in a row it was not started again. */
  gave_up_after: z.optional(z.number()),
});
export type RunView = z.infer<typeof RunView>;
