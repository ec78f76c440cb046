import { isPassingVariable } from "../../base/passing_variables.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { SetPayload } from "../../protocol/payload.ts";
import type { JobRecord } from "../../store/store.ts";
import { planOf } from "./dependencies.ts";
import { someOf } from "./job_facts.ts";
import { portVariablesOf } from "./job_ports.ts";

/** What a request may change of a job's definition, by the words of the protocol. */
const WORDS = {
  name: "name",
  description: "description",
  command: "command",
  workdir: "workdir",
  env: "env",
  umask: "umask",
  restart: "restart",
  stopSignal: "stop_signal",
  stopTimeoutMs: "stop_timeout_ms",
  stopCommand: "stop_command",
  stdin: "stdin",
  tty: "tty",
  surroundings: "surroundings",
  ports: "ports",
  ready: "ready",
  health: "health",
  schedule: "schedule",
  memoryLimitBytes: "memory_limit_bytes",
  logMaxBytes: "log_max_bytes",
  runsKept: "runs_kept",
  watch: "watch",
  lease: "lease",
} satisfies Partial<Record<keyof JobRecord, string>>;

/** What a request may change; what has no word is told by what goes with it. */
export type Definition = Pick<JobRecord, keyof typeof WORDS | "givenEnv">;

/** What is different in a definition, by the words of the protocol, and from when on. */
export interface Amendment {
  readonly change: Partial<Definition>;
  /** Holds from now on. */
  readonly changed: string[];
  /** Holds from the next start on: the run that is up has what it was started with. */
  readonly pending: string[];
  /** Which variables are different; never their values. */
  readonly envNames: string[];
}

/** What only a start makes true. */
const AT_START: ReadonlySet<string> = new Set([
  ...["command", "workdir", "env", "umask", "stdin", "tty", "terminalSize", "surroundings"],
  "ports",
]);

/** Compares what is wanted with what is; `isUp`: a run goes on with what it was started with. */
export function toAmendment(
  record: JobRecord,
  wanted: Partial<Definition>,
  { isUp }: { readonly isUp: boolean },
): Amendment {
  const different = (Object.keys(wanted) as (keyof Definition)[])
    .filter((field) => wanted[field] !== undefined && !isSame(record[field], wanted[field]));
  const told = different.filter((field) => field !== "givenEnv");
  const waits = (field: keyof Definition) => isUp && AT_START.has(field);
  return {
    change: Object.fromEntries(different.map((field) => [field, wanted[field]])),
    changed: told.filter((field) => !waits(field)).map((field) => WORDS[field]),
    pending: told.filter(waits).map((field) => WORDS[field]),
    envNames: wanted.env === undefined ? [] : differentNames(record.env, wanted.env),
  };
}

/**
 * What is noted of a change of one job by hand. One of a project is not any more what the file says: the next `apply`
 * makes it so again. One that was added by hand may get into a project: then it counts what its process was started with.
 */
export function notedOf(
  { project, plan }: Pick<JobRecord, "project" | "plan">,
  { pending }: Amendment,
): Partial<Pick<JobRecord, "project" | "plan">> {
  if (project !== null) {
    return {
      project: { ...project, liveDigests: {}, ...pending.length > 0 && { restartDigests: {} } },
    };
  }
  if (pending.length === 0) return {};
  const known = planOf({ plan });
  return { plan: { ...known, pending: [...new Set([...known.pending ?? [], ...pending])] } };
}

/** What `run` and `add` say of a job that is up: what they do not say stays. */
export function wantedOfSpec(record: JobRecord, spec: JobSpec): Partial<Definition> {
  return {
    name: record.name === null ? spec.name : undefined,
    description: spec.description,
    restart: spec.restart,
    stopSignal: spec.stop_signal,
    stopTimeoutMs: spec.stop_timeout_ms,
    stopCommand: spec.stop_command,
    stdin: spec.stdin,
    tty: spec.tty,
    umask: spec.umask,
    // Of one from before there were any, nobody knows what it has.
    surroundings: record.surroundings === null ? undefined : spec.surroundings,
    // Once it has some, a call that says nothing of them does not take them away.
    ports: spec.ports,
    ready: spec.ready,
    health: spec.health,
    schedule: spec.schedule,
    ...limitsOf(spec),
    watch: spec.watch,
    env: mergeEnvironment(record, spec.env, { hasPorts: spec.ports !== undefined }),
    givenEnv: withGiven(record, spec.given_env ?? { names: [], files: [] }),
  };
}

/** How much a job may use, and how much is kept of it. */
function limitsOf(
  said: Pick<SetPayload, "memory_limit_bytes" | "log_max_bytes" | "runs_kept">,
): Partial<Definition> {
  return {
    memoryLimitBytes: said.memory_limit_bytes,
    logMaxBytes: said.log_max_bytes,
    runsKept: said.runs_kept,
  };
}

/** What `set` says. */
export function wantedOfSet(record: JobRecord, payload: SetPayload): Partial<Definition> {
  const { unset_env = [], description } = payload;
  const ports = wantedPorts(record, payload);
  const env = wantedEnvironment(record, { payload, ports });
  const given = withGiven(record, { names: Object.keys(payload.env ?? {}), files: [] });
  return {
    command: payload.command,
    workdir: payload.workdir,
    // An empty one takes it back.
    description: description === "" ? null : description,
    restart: payload.restart,
    stopSignal: payload.stop_signal,
    stopTimeoutMs: payload.stop_timeout_ms,
    stopCommand: payload.stop_command,
    tty: payload.tty,
    ready: payload.ready,
    health: payload.health,
    schedule: payload.schedule,
    ...limitsOf(payload),
    watch: payload.watch,
    ports,
    env: env === undefined && unset_env.length === 0
      ? undefined
      : omit(env ?? record.env, unset_env),
    givenEnv: given && { ...given, names: given.names.filter((name) => !unset_env.includes(name)) },
  };
}

/** What was given by hand before, and what is now; of an older build's job nobody knows the former. */
function withGiven(
  { givenEnv }: JobRecord,
  { names, files }: NonNullable<JobRecord["givenEnv"]>,
): Definition["givenEnv"] | undefined {
  return givenEnv === null ? undefined : {
    names: [...new Set([...givenEnv.names, ...names])],
    files: [...new Set([...givenEnv.files, ...files])],
  };
}

/** The ports that `set` says; undefined when it says none. */
function wantedPorts(
  record: JobRecord,
  { ports, unset_ports = [] }: SetPayload,
): Definition["ports"] | undefined {
  if (ports === undefined && unset_ports.length === 0) return undefined;
  return someOf(omit({ ...record.ports, ...ports }, unset_ports));
}

/** The environment that `set` says: what the ports give the job from now on is not what it happened to inherit. */
function wantedEnvironment(
  record: JobRecord,
  { payload, ports = null }: { payload: SetPayload; ports: Definition["ports"] | undefined },
): Record<string, string> | undefined {
  const before = portVariablesOf(record);
  const given = portVariablesOf({ ports }).filter((name) => !before.includes(name));
  const kept = omit(record.env, given);
  if (payload.env !== undefined) return { ...kept, ...payload.env };
  return given.some((name) => name in record.env) ? kept : undefined;
}

/**
 * The environment with what is different in that of a caller, but for what belongs to his window, and what the ports of
 * the job give it, unless he has seen to that.
 */
export function mergeEnvironment(
  record: Pick<JobRecord, "env" | "ports">,
  caller: Readonly<Record<string, string>>,
  { hasPorts = false }: { readonly hasPorts?: boolean } = {},
): Record<string, string> {
  const { env } = record;
  const differences = callerDifferences(hasPorts ? { env, ports: null } : record, caller);
  return { ...env, ...Object.fromEntries(differences) };
}

/** The names of what is different in the environment of a caller. */
export function namesOfDifferences(
  record: Pick<JobRecord, "env" | "ports">,
  caller: Readonly<Record<string, string>>,
): string[] {
  return callerDifferences(record, caller).map(([name]) => name).sort();
}

function callerDifferences(
  record: Pick<JobRecord, "env" | "ports">,
  caller: Readonly<Record<string, string>>,
): [string, string][] {
  const given = portVariablesOf(record);
  return Object.entries(caller).filter(([name, value]) =>
    record.env[name] !== value && !isPassingVariable(name) && !given.includes(name)
  );
}

function differentNames(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

function omit<Value>(
  values: Readonly<Record<string, Value>>,
  names: readonly string[],
): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)));
}

/** What of a change is one. */
export function differencesOf(record: JobRecord, change: Partial<JobRecord>): Partial<JobRecord> {
  const fields = Object.keys(change) as (keyof JobRecord)[];
  return Object.fromEntries(
    fields.filter((field) => !isSame(record[field], change[field]))
      .map((field) => [field, change[field]]),
  );
}

/** Without what only a start makes true. */
export function liveOnly(change: Partial<JobRecord>): Partial<JobRecord> {
  return Object.fromEntries(Object.entries(change).filter(([field]) => !AT_START.has(field)));
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  const [left, right] = [Object.entries(one), Object.entries(other)];
  return left.length === right.length &&
    left.every(([key, value]) => isSame(value, (other as Record<string, unknown>)[key]));
}
