import * as z from "zod/mini";
import { EventName, EventSnapshot } from "./event.ts";
import { FileWatch } from "./file_watch.ts";
import { AddReply, JobChange, JobSpec } from "./job_spec.ts";
import { Surroundings, TerminalSize } from "./job_place.ts";
import { JobDefinition } from "./job_definition.ts";
import { JobStatistics, JobView, RunStatistics, RunView } from "./job_view.ts";
import { LeaseWish } from "./owner.ts";
import { RunChanges } from "./run_changes.ts";
import { LeftProcessView, Survivor } from "./process_view.ts";
import { ApplyPayload, ApplyReply } from "./project.ts";
import { HealthCheck, ReadyCheck } from "./readiness.ts";
import type { RequestName } from "./request_traits.ts";
import { Schedule } from "./schedule.ts";
import { StatusSnapshot } from "./snapshot.ts";
import * as v from "./values.ts";

const Nothing = z.object({});

/** Which jobs: ids, prefixes or names; or `all`, without naming any. */
const jobsFields = () => ({ jobs: z.optional(v.JobReferences), all: z.optional(v.Flag) });

interface JobsFields {
  readonly jobs?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
}

/** All by mistake is worse than none. */
const namesOrAll = () =>
  z.refine<JobsFields>(
    ({ jobs = [], all = false }) => (jobs.length > 0) !== all,
    { error: 'must name a job at least, or "all" be true and no job be named', path: ["jobs"] },
  );

/** What `set` changes of the definition of jobs; what is left out stays. */
const SetPayload = z.object({
  ...jobsFields(),
  command: z.optional(v.CommandLine),
  workdir: z.optional(v.AbsolutePath),
  /** Added to the environment, or in place of what was there. */
  env: z.optional(v.Environment),
  unset_env: z.optional(v.VariableNames),
  description: z.optional(v.Description),
  restart: z.optional(v.RestartPolicy),
  stop_signal: z.optional(v.SignalWord),
  stop_timeout_ms: z.optional(v.Milliseconds),
  /** Null takes it away. */
  stop_command: z.optional(z.nullable(v.CommandLine)),
  tty: z.optional(v.Flag),
  /** Added to its ports, or in place of what was there. */
  ports: z.optional(v.Ports),
  unset_ports: z.optional(v.PortNames),
  /** Null takes it away. */
  ready: z.optional(z.nullable(ReadyCheck)),
  health: z.optional(z.nullable(HealthCheck)),
  schedule: z.optional(z.nullable(Schedule)),
  memory_limit_bytes: z.optional(z.nullable(v.MemoryLimit)),
  log_max_bytes: z.optional(z.nullable(v.LogBound)),
  runs_kept: z.optional(z.nullable(v.RunsKept)),
  watch: z.optional(z.nullable(FileWatch)),
  /** Restarts those that are up and have something that waits for a start. */
  now: z.optional(v.Flag),
}).check(namesOrAll());
export type SetPayload = z.infer<typeof SetPayload>;

const JobsReply = z.object({ jobs: z.array(JobView) });

/**
 * Every request: what it carries and what comes back. The type of a reply follows from the request's name. A payload
 * is checked by the daemon, at its door and in full; a reply is believed by the client, and what was not there in the
 * first release is optional in it. Each request has its nature in `request_traits.ts`.
 */
export const REQUESTS = {
  ping: {
    payload: Nothing,
    reply: z.object({ version: z.string(), build: z.string(), pid: z.number() }),
  },
  add: { payload: JobSpec, reply: AddReply },
  run: { payload: JobSpec, reply: AddReply },
  list: {
    payload: z.object({
      /** Whether to tell what the runs of each job have in common, too. */
      statistics: z.optional(v.Flag),
    }),
    reply: z.object({
      jobs: z.array(JobView),
      seq: z.number(),
      /** Of the jobs that have run; absent where nobody has asked. */
      statistics: z.optional(z.array(JobStatistics)),
      /** What was taken away under the daemon, and what became of it. */
      notices: z.optional(z.array(z.string())),
    }),
  },
  get_job: {
    payload: z.object({ job: v.JobReference }),
    reply: z.object({
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
  },
  /** What a job is defined as, so that it can be written down. */
  get_definition: {
    payload: z.object({ job: v.JobReference }),
    reply: z.object({ definition: JobDefinition }),
  },
  start: {
    payload: z.object({
      ...jobsFields(),
      /** Also those of a project that are started only when that is confirmed. */
      confirm: z.optional(v.Flag),
    }).check(namesOrAll()),
    /** `joined`: the ids of those that were up already and left alone. */
    reply: z.object({ jobs: z.array(JobView), joined: z.optional(z.array(z.string())) }),
  },
  stop: {
    payload: z.object({
      ...jobsFields(),
      signal: z.optional(v.SignalWord),
      timeout_ms: z.optional(v.Milliseconds),
      /** Jobs of a project: each after those that need it. */
      in_order: z.optional(v.Flag),
    }).check(namesOrAll()),
    reply: z.object({
      jobs: z.array(JobView),
      survivors: z.array(Survivor),
      /** Of jobs that were down already: how many processes of earlier runs were ended. */
      ended: z.optional(z.array(z.object({ job_id: z.string(), processes: z.number() }))),
    }),
  },
  restart: {
    payload: z.object({
      ...jobsFields(),
      /** That of the caller, to be compared with; with `update_env` to be taken over. */
      env: z.optional(v.Environment),
      update_env: z.optional(v.Flag),
      confirm: z.optional(v.Flag),
    }).check(namesOrAll()),
    reply: z.object({
      jobs: z.array(JobView),
      /** Which variables are different for the caller, and were not taken over. */
      env_differs: z.optional(
        z.array(z.object({ job_id: z.string(), env_names: z.array(z.string()) })),
      ),
    }),
  },
  set: {
    payload: SetPayload,
    reply: z.object({ jobs: z.array(JobView), changes: z.array(JobChange) }),
  },
  /** What ends jobs by itself from now on; without a lease nothing does, and they are never left over. */
  keep: {
    payload: z.object({ ...jobsFields(), lease: z.optional(LeaseWish) }).check(namesOrAll()),
    reply: JobsReply,
  },
  rename: {
    payload: z.object({ job: v.JobReference, name: v.JobName }),
    reply: z.object({ job: JobView }),
  },
  remove: {
    payload: z.object({ ...jobsFields(), force: z.optional(v.Flag) }).check(namesOrAll()),
    reply: z.object({ removed: z.array(z.string()), survivors: z.optional(z.array(Survivor)) }),
  },
  /** Makes the jobs what the project's file says, and has up what is wanted. */
  apply: { payload: ApplyPayload, reply: ApplyReply },
  cleanup: {
    payload: Nothing,
    reply: z.object({
      removed: z.array(z.string()),
      let_go: z.optional(z.number()),
      survivors: z.optional(z.array(Survivor)),
    }),
  },
  nuke: {
    payload: Nothing,
    reply: z.object({
      stopped: z.number(),
      removed: z.number(),
      survivors: z.optional(z.array(Survivor)),
    }),
  },
  signal: {
    payload: z.object({ ...jobsFields(), signal: v.SignalWord }).check(namesOrAll()),
    reply: JobsReply,
  },
  wait: {
    payload: z.object({
      jobs: v.JobReferences,
      for: z.enum(["exited", "running", "ready"]),
      /** Which of them: all, by default; the first of them; or all, unless one fails before. */
      until: z.optional(z.enum(["all", "any", "failure"])),
      timeout_ms: z.optional(v.Milliseconds),
    }),
    reply: z.object({
      jobs: z.array(JobView),
      /** The ids of those that were so, where not all were waited for; of the first, that alone. */
      met: z.optional(z.array(z.string())),
    }),
  },
  subscribe: {
    payload: z.object({
      /** Replay what came after this sequence number before going on live. */
      since: z.optional(v.Position),
      jobs: z.optional(v.JobReferences),
      types: z.optional(z.array(EventName)),
      workdir: z.optional(v.AbsolutePath),
    }),
    reply: EventSnapshot,
  },
  exec: {
    payload: z.object({
      /** argv, or undefined with `script`. */
      command: z.optional(v.CommandLine),
      /** A text for `sh`. */
      script: z.optional(v.Script),
      workdir: v.AbsolutePath,
      env: v.Environment,
      umask: v.Umask,
      surroundings: z.optional(Surroundings),
      timeout_ms: z.optional(v.Milliseconds),
      handler: z.optional(v.Label),
      /** The client passes its stdin on, in frames; without it there is nothing on the command's. */
      stdin: z.optional(v.Flag),
    }).check(
      z.refine(({ command, script }) => (command === undefined) !== (script === undefined), {
        error: 'must be there, or "script", and not both',
        path: ["command"],
      }),
    ),
    /** `stdin_window`: so many bytes of its stdin the client may have sent that are not taken. */
    reply: z.object({ exec_id: z.string(), stdin_window: z.optional(z.number()) }),
  },
  send: {
    payload: z.object({
      job: v.JobReference,
      data_base64: v.Base64,
      /** Behind the bytes, nothing more comes; a terminal is typed Ctrl+D. */
      eof: z.optional(v.Flag),
      /** Refused when it is another run by now. */
      run_id: z.optional(v.RunId),
    }),
    /** `run_id`: whose stdin it is. */
    reply: z.object({ bytes: z.number(), run_id: z.optional(z.string()) }),
  },
  /** Gives the terminal of a job another size, now and for its next runs. */
  resize: {
    payload: z.object({ job: v.JobReference, terminal_size: TerminalSize }),
    reply: Nothing,
  },
  /** Tells how far a follower has read, so that bounding the files waits for it; gone with the connection. */
  hold: {
    payload: z.object({
      run_id: v.RunId,
      stdout_offset: v.Position,
      stderr_offset: v.Position,
    }),
    reply: Nothing,
  },
  reload: {
    payload: Nothing,
    reply: z.object({
      changed: z.array(z.string()),
      needs_restart: z.array(z.string()),
      notes: z.optional(z.array(z.string())),
    }),
  },
  settings: {
    payload: Nothing,
    reply: z.object({
      settings: z.array(z.object({ name: z.string(), value: z.unknown(), source: z.string() })),
      /** What is wrong or unknown in the files, a line each. */
      notes: z.optional(z.array(z.string())),
    }),
  },
  status: { payload: Nothing, reply: StatusSnapshot },
  handover: {
    payload: z.object({ build: v.Label, version: v.Label }),
    reply: z.object({ jobs: z.number(), wait_ms: z.optional(z.number()) }),
  },
  shutdown: {
    payload: z.object({ keep_jobs: z.optional(v.Flag) }),
    reply: z.object({ stopped: z.number(), survivors: z.optional(z.array(Survivor)) }),
  },
} satisfies Readonly<Record<RequestName, { payload: z.ZodMiniType; reply: z.ZodMiniType }>>;

/** Every request by name: its payload and its reply as types. */
export type RequestMap = {
  [Name in RequestName]: {
    payload: z.infer<(typeof REQUESTS)[Name]["payload"]>;
    reply: z.infer<(typeof REQUESTS)[Name]["reply"]>;
  };
};
export type PayloadOf<Name extends RequestName> = RequestMap[Name]["payload"];
export type ReplyOf<Name extends RequestName> = RequestMap[Name]["reply"];
