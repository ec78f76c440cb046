import * as z from "./schema.ts";
import { EventSnapshot } from "./event.ts";
import { JobView, RestartPolicy, RunView } from "./job_view.ts";
import { StatusSnapshot } from "./snapshot.ts";

const Nothing = z.object({});

/** What to run and how, as `run` and `add` ask for it. The environment is the client's, whole. */
export const JobSpec = z.object({
  command: z.array(z.string(), { atLeast: 1 }),
  workdir: z.string(),
  env: z.record(z.string()),
  /** The client's umask, which the job gets. */
  umask: z.number(),
  name: z.optional(z.string()),
  description: z.optional(z.string()),
  restart: z.optional(RestartPolicy),
  stop_signal: z.optional(z.string()),
  stop_timeout_ms: z.optional(z.number()),
  stdin: z.optional(z.boolean()),
});
export type JobSpec = z.infer<typeof JobSpec>;

/** `created`: a new job; `started`: it was known and down; `joined`: it was up already and left alone. */
export const AddReply = z.object({
  job: JobView,
  run_id: z.string(),
  action: z.enum(["created", "started", "joined"]),
});
export type AddReply = z.infer<typeof AddReply>;

/** Which jobs: ids, prefixes or names; `all` instead of naming them. */
const jobsFields = () => ({ jobs: z.array(z.string()), all: z.optional(z.boolean()) });
const JobsReply = z.object({ jobs: z.array(JobView) });

/** What stands in the way of an end: a process that was still there after KILL. */
export const Survivor = z.object({ job_id: z.string(), pid: z.number(), command: z.string() });
export type Survivor = z.infer<typeof Survivor>;

/**
 * Every request: what it carries and what comes back. The type of a reply follows from the request's name. `ping`,
 * `handover` and `shutdown` are frozen for all versions.
 */
export const REQUESTS = {
  ping: {
    payload: Nothing,
    reply: z.object({ version: z.string(), build: z.string(), pid: z.number() }),
  },
  add: { payload: JobSpec, reply: AddReply },
  run: { payload: JobSpec, reply: AddReply },
  list: {
    payload: Nothing,
    reply: z.object({ jobs: z.array(JobView), seq: z.number() }),
  },
  get_job: {
    payload: z.object({ job: z.string() }),
    reply: z.object({
      job: JobView,
      runs: z.array(RunView),
      env_names: z.array(z.string()),
      average_duration_ms: z.nullable(z.number()),
    }),
  },
  start: { payload: z.object(jobsFields()), reply: JobsReply },
  stop: {
    payload: z.object({
      ...jobsFields(),
      signal: z.optional(z.string()),
      timeout_ms: z.optional(z.number()),
    }),
    reply: z.object({ jobs: z.array(JobView), survivors: z.array(Survivor) }),
  },
  restart: { payload: z.object(jobsFields()), reply: JobsReply },
  remove: {
    payload: z.object({ ...jobsFields(), force: z.optional(z.boolean()) }),
    reply: z.object({ removed: z.array(z.string()) }),
  },
  cleanup: {
    payload: Nothing,
    reply: z.object({ removed: z.array(z.string()) }),
  },
  nuke: {
    payload: Nothing,
    reply: z.object({ stopped: z.number(), removed: z.number() }),
  },
  signal: {
    payload: z.object({ ...jobsFields(), signal: z.string() }),
    reply: JobsReply,
  },
  wait: {
    payload: z.object({
      jobs: z.array(z.string()),
      for: z.enum(["exited", "running", "ready"]),
      timeout_ms: z.optional(z.number()),
    }),
    reply: JobsReply,
  },
  subscribe: {
    payload: z.object({
      /** Replay what came after this sequence number before going on live. */
      since: z.optional(z.number()),
      jobs: z.optional(z.array(z.string())),
      types: z.optional(z.array(z.string())),
      workdir: z.optional(z.string()),
    }),
    reply: EventSnapshot,
  },
  exec: {
    payload: z.object({
      /** argv, or undefined with `script`. */
      command: z.optional(z.array(z.string())),
      /** A text for `sh`. */
      script: z.optional(z.string()),
      workdir: z.string(),
      env: z.record(z.string()),
      umask: z.number(),
      timeout_ms: z.optional(z.number()),
      handler: z.optional(z.string()),
    }),
    reply: z.object({ exec_id: z.string() }),
  },
  send: {
    payload: z.object({ job: z.string(), data_base64: z.string() }),
    reply: z.object({ bytes: z.number() }),
  },
  /** Tells how far a follower has read, so that bounding the files waits for it; gone with the connection. */
  hold: {
    payload: z.object({ run_id: z.string(), stdout_offset: z.number(), stderr_offset: z.number() }),
    reply: Nothing,
  },
  reload: {
    payload: Nothing,
    reply: z.object({ changed: z.array(z.string()), needs_restart: z.array(z.string()) }),
  },
  settings: {
    payload: Nothing,
    reply: z.object({
      settings: z.array(z.object({ name: z.string(), value: z.unknown(), source: z.string() })),
    }),
  },
  status: { payload: Nothing, reply: StatusSnapshot },
  handover: {
    payload: z.object({ build: z.string(), version: z.string() }),
    reply: z.object({ jobs: z.number(), wait_ms: z.optional(z.number()) }),
  },
  shutdown: {
    payload: z.object({ keep_jobs: z.optional(z.boolean()) }),
    reply: z.object({ stopped: z.number() }),
  },
};

/** Every request by name: its payload and its reply as types. */
export type RequestMap = {
  [Name in keyof typeof REQUESTS]: {
    payload: z.infer<(typeof REQUESTS)[Name]["payload"]>;
    reply: z.infer<(typeof REQUESTS)[Name]["reply"]>;
  };
};
export type RequestName = keyof RequestMap;
export type PayloadOf<Name extends RequestName> = RequestMap[Name]["payload"];
export type ReplyOf<Name extends RequestName> = RequestMap[Name]["reply"];

/** True for a name in {@linkcode REQUESTS}, and not for one that only Object.prototype knows. */
export function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(REQUESTS, name);
}
