/** What clients ask for: what every request carries, which the daemon checks at its door and in full. */
import * as z from "zod/mini";
import { EventName } from "./event.ts";
import { FileWatch } from "./file_watch.ts";
import { Surroundings, TerminalSize } from "./job_place.ts";
import { JobSpec } from "./job_spec.ts";
import { LeaseWish } from "./owner.ts";
import { ApplyPayload } from "./project.ts";
import { HealthCheck, ReadyCheck } from "./readiness.ts";
import type { RequestName } from "./request_traits.ts";
import { Schedule } from "./schedule.ts";
import * as v from "./values.ts";

export const Nothing = z.object({});

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

/** What every request carries, by its name. */
export const PAYLOADS = {
  ping: Nothing,
  add: JobSpec,
  run: JobSpec,
  list: z.object({
    /** Whether to tell what the runs of each job have in common, too. */
    statistics: z.optional(v.Flag),
  }),
  get_job: z.object({ job: v.JobReference }),
  get_definition: z.object({ job: v.JobReference }),
  start: z.object({
    ...jobsFields(),
    /** Also those of a project that are started only when that is confirmed. */
    confirm: z.optional(v.Flag),
  }).check(namesOrAll()),
  stop: z.object({
    ...jobsFields(),
    signal: z.optional(v.SignalWord),
    timeout_ms: z.optional(v.Milliseconds),
    /** Jobs of a project: each after those that need it. */
    in_order: z.optional(v.Flag),
  }).check(namesOrAll()),
  restart: z.object({
    ...jobsFields(),
    /** That of the caller, to be compared with; with `update_env` to be taken over. */
    env: z.optional(v.Environment),
    update_env: z.optional(v.Flag),
    confirm: z.optional(v.Flag),
  }).check(namesOrAll()),
  set: SetPayload,
  keep: z.object({ ...jobsFields(), lease: z.optional(LeaseWish) }).check(namesOrAll()),
  rename: z.object({ job: v.JobReference, name: v.JobName }),
  remove: z.object({ ...jobsFields(), force: z.optional(v.Flag) }).check(namesOrAll()),
  apply: ApplyPayload,
  cleanup: Nothing,
  nuke: Nothing,
  signal: z.object({ ...jobsFields(), signal: v.SignalWord }).check(namesOrAll()),
  wait: z.object({
    jobs: v.JobReferences,
    for: z.enum(["exited", "running", "ready"]),
    /** Which of them: all, by default; the first of them; or all, unless one fails before. */
    until: z.optional(z.enum(["all", "any", "failure"])),
    timeout_ms: z.optional(v.Milliseconds),
  }),
  subscribe: z.object({
    /** Replay what came after this sequence number before going on live. */
    since: z.optional(v.Position),
    jobs: z.optional(v.JobReferences),
    types: z.optional(z.array(EventName)),
    workdir: z.optional(v.AbsolutePath),
  }),
  exec: z.object({
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
  send: z.object({
    job: v.JobReference,
    data_base64: v.Base64,
    /** Behind the bytes, nothing more comes; a terminal is typed Ctrl+D. */
    eof: z.optional(v.Flag),
    /** Refused when it is another run by now. */
    run_id: z.optional(v.RunId),
  }),
  resize: z.object({ job: v.JobReference, terminal_size: TerminalSize }),
  hold: z.object({
    run_id: v.RunId,
    stdout_offset: v.Position,
    stderr_offset: v.Position,
  }),
  reload: Nothing,
  settings: Nothing,
  status: Nothing,
  handover: z.object({ build: v.Label, version: v.Label }),
  shutdown: z.object({ keep_jobs: z.optional(v.Flag) }),
} satisfies Readonly<Record<RequestName, z.ZodMiniType>>;
