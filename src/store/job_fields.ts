import * as z from "zod/mini";
import { LARGEST_PORT } from "../base/ports.ts";
import { isSignal } from "../platform/os_signals.ts";
import { JOB_STATUSES } from "../protocol/job_status.ts";
import { DEPENDENCY_STATES } from "../protocol/dependency_state.ts";
import { FileWatch } from "../protocol/file_watch.ts";
import { HealthCheck, ReadyCheck } from "../protocol/readiness.ts";
import { GivenEnvironment } from "../protocol/job_spec.ts";
import { MOST_RESTARTS, RESTART_MODES } from "../protocol/restart_policy.ts";
import { Schedule } from "../protocol/schedule.ts";
import { Surroundings, TerminalSize } from "../protocol/job_place.ts";
import {
  AbsolutePath,
  CommandLine,
  Environment,
  JobName,
  LogBound,
  MemoryLimit,
  Milliseconds,
  Ports,
  RunsKept,
  Umask,
} from "../protocol/values.ts";
import { JOB_COLUMNS, type JobRecord } from "./job_record.ts";
import { StoredProcessShape } from "./run_record.ts";
import { Count, Moment, RunNumber, Text } from "./row_values.ts";

/** What is kept of a job, but for its id. */
type Fields = Omit<JobRecord, "id" | "fault">;
type FieldName = keyof Fields;

/** What a field must be, and what stands in for it where it is not. */
type Table<Name extends FieldName> = {
  readonly [Each in Name]: {
    readonly schema: z.ZodMiniType<Fields[Each]>;
    readonly substitute: Fields[Each];
  };
};

const RESTART_MUST = "must be a restart policy";
const Restart = z.object({
  mode: z.enum(RESTART_MODES, RESTART_MUST),
  max: z.optional(z.int(RESTART_MUST).check(z.gte(0), z.lte(MOST_RESTARTS, RESTART_MUST))),
}, RESTART_MUST);

const SIGNAL_MUST = "must be a signal of this system";
const Signal = z.string(SIGNAL_MUST).check(z.refine(isSignal, SIGNAL_MUST));

const PORT_MUST = "must be a port";
const Port = z.int(PORT_MUST).check(z.gte(1, PORT_MUST), z.lte(LARGEST_PORT, PORT_MUST));
const FoundPorts = z.record(
  z.string(),
  z.object({ port: Port, movedFrom: z.optional(Port) }, PORT_MUST),
  "must be ports",
);
const Project = z.object({
  source: AbsolutePath,
  groups: z.array(JobName),
  dependsOn: z.array(
    z.object({ job: JobName, for: z.enum(DEPENDENCY_STATES), restart: z.boolean() }),
  ),
  isTask: z.boolean(),
  inputs: z.nullable(Text),
  confirm: z.boolean(),
  restartDigests: z.record(Text, Text),
  liveDigests: z.record(Text, Text),
}, "must be a job's part of a project");

const Plan = z.object({
  isDue: z.boolean(),
  isLeaving: z.optional(z.boolean()),
  pending: z.optional(z.array(Text)),
  done: z.nullable(Text),
  after: z.record(Text, RunNumber),
}, "must be a job's part of a plan");

const LaterFlag = z.pipe(
  z.nullable(z.boolean("must be 0 or 1")),
  z.transform((is) => is ?? false),
);

const Timetable = z.object({
  sinceMs: Moment,
  skipped: z.nullable(z.object({ dueMs: Moment, why: z.enum(["up", "late"]) })),
}, "must be a timetable");

const Owner = z.object({
  name: JobName,
  user: Text,
  agent: z.optional(Text),
  session: z.optional(Text),
  terminal: z.optional(Text),
  process: z.optional(StoredProcessShape),
}, "must be an owner");

const Lease = z.object({
  end: z.nullable(z.object({ atMs: Moment, uptimeMs: Moment, bootId: Text })),
  process: z.nullable(StoredProcessShape),
}, "must be a lease");

/** What was asked for: where one of these makes no sense, the job cannot be started. */
const DEFINITION: Table<Exclude<FieldName, keyof typeof STATE>> = {
  name: { schema: z.nullable(JobName), substitute: null },
  // It may be of a release that took longer ones.
  description: { schema: z.nullable(Text), substitute: null },
  command: { schema: CommandLine, substitute: ["(unreadable)"] },
  workdir: { schema: AbsolutePath, substitute: "/" },
  env: { schema: Environment, substitute: {} },
  givenEnv: { schema: z.nullable(GivenEnvironment), substitute: null },
  umask: { schema: Umask, substitute: 0o077 },
  restart: { schema: Restart, substitute: { mode: "no" } },
  stopSignal: { schema: Signal, substitute: "SIGTERM" },
  stopTimeoutMs: { schema: Milliseconds, substitute: 10_000 },
  stopCommand: { schema: z.nullable(CommandLine), substitute: null },
  stdin: { schema: z.boolean("must be 0 or 1"), substitute: false },
  // A spec of an older release has neither.
  tty: { schema: LaterFlag, substitute: false },
  terminalSize: { schema: z.nullable(TerminalSize), substitute: null },
  surroundings: { schema: z.nullable(Surroundings), substitute: null },
  ports: { schema: z.nullable(Ports), substitute: null },
  project: { schema: z.nullable(Project), substitute: null },
  ready: { schema: z.nullable(ReadyCheck), substitute: null },
  health: { schema: z.nullable(HealthCheck), substitute: null },
  schedule: { schema: z.nullable(Schedule), substitute: null },
  memoryLimitBytes: { schema: z.nullable(MemoryLimit), substitute: null },
  logMaxBytes: { schema: z.nullable(LogBound), substitute: null },
  runsKept: { schema: z.nullable(RunsKept), substitute: null },
  watch: { schema: z.nullable(FileWatch), substitute: null },
};

/** Where it is: what of these makes no sense is found out anew, or begins anew. */
const STATE: Table<
  | "desired"
  | "status"
  | "reason"
  | "restarts"
  | "tally"
  | "run"
  | "portNumbers"
  | "timetable"
  | "owner"
  | "lease"
  | "createdAtMs"
  | "nextStartAtMs"
  | "plan"
  | "awaitsChange"
> = {
  desired: { schema: z.enum(["up", "down"], "must be up or down"), substitute: "down" },
  status: { schema: z.enum(JOB_STATUSES, "must be a status"), substitute: "failed" },
  reason: { schema: z.nullable(Text), substitute: null },
  restarts: { schema: Count, substitute: 0 },
  tally: { schema: Count, substitute: 0 },
  run: { schema: RunNumber, substitute: 0 },
  // Others are found.
  portNumbers: { schema: z.nullable(FoundPorts), substitute: null },
  timetable: { schema: z.nullable(Timetable), substitute: null },
  owner: { schema: z.nullable(Owner), substitute: null },
  // Nothing is ended for a reason that nobody can read.
  lease: { schema: z.nullable(Lease), substitute: null },
  createdAtMs: { schema: Moment, substitute: 0 },
  nextStartAtMs: { schema: z.nullable(Moment), substitute: null },
  plan: { schema: z.nullable(Plan), substitute: null },
  awaitsChange: { schema: LaterFlag, substitute: false },
};

/** What no schema takes, whatever the column: stands for what nobody knows any more. */
export const UNKNOWN = "\u0001";

/** The fields of a definition. */
export const DEFINITION_FIELDS = Object.keys(DEFINITION) as (keyof typeof DEFINITION)[];

/**
 * A job of what was kept of it, whatever that is: each field that makes no sense has a substitute that harms nobody, and
 * `fault` tells of it. Never throws; the id must be one.
 */
export function readJobFields(id: string, kept: Readonly<Record<string, unknown>>): JobRecord {
  const definition = readTable(DEFINITION, kept);
  const state = readTable(STATE, kept);
  const record = { id, ...definition.fields, ...state.fields } as JobRecord;
  if (definition.wrong.length > 0) {
    // Nothing may start it again: not as it was asked for.
    record.restart = { mode: "no" };
    const problem = `what is kept of it makes no sense: ${definition.problems.join("; ")}`;
    record.fault = { fields: definition.wrong, problem };
  } else if (state.wrong.length > 0) {
    record.reason = `what was kept of it made no sense: ${state.problems.join("; ")}`;
  }
  return record;
}

function readTable<Name extends FieldName>(
  table: Table<Name>,
  kept: Readonly<Record<string, unknown>>,
) {
  const fields: Record<string, unknown> = {};
  const wrong: Name[] = [];
  const problems: string[] = [];
  for (const name of Object.keys(table) as Name[]) {
    const { schema, substitute } = table[name];
    // What a spec or an older release does not have is as good as empty.
    const parsed = schema.safeParse(kept[name] ?? null);
    fields[name] = parsed.success ? parsed.data : substitute;
    if (parsed.success) continue;
    wrong.push(name);
    const isUnknown = kept[name] === undefined || kept[name] === UNKNOWN;
    const told = isUnknown ? "is not known any more" : parsed.error.issues[0]?.message;
    problems.push(`${JOB_COLUMNS[name]} ${told}`);
  }
  return { fields, wrong, problems };
}
