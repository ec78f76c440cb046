import { isPassingVariable } from "../base/passing_variables.ts";
import type { JobSpec, SetPayload } from "../protocol/request.ts";
import type { JobRecord } from "../store/store.ts";

/** What a request may change of a job's definition. */
export type Definition = Pick<
  JobRecord,
  | "name"
  | "description"
  | "command"
  | "workdir"
  | "env"
  | "umask"
  | "restart"
  | "stopSignal"
  | "stopTimeoutMs"
  | "stdin"
  | "surroundings"
>;

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

const WORDS: Readonly<Record<keyof Definition, string>> = {
  name: "name",
  description: "description",
  command: "command",
  workdir: "workdir",
  env: "env",
  umask: "umask",
  restart: "restart",
  stopSignal: "stop_signal",
  stopTimeoutMs: "stop_timeout_ms",
  stdin: "stdin",
  surroundings: "surroundings",
};

/** What only a start makes true. */
const AT_START: ReadonlySet<string> = new Set([
  ...["command", "workdir", "env", "umask", "stdin", "surroundings"],
]);

/** Compares what is wanted with what is; `isUp`: a run goes on with what it was started with. */
export function toAmendment(
  record: JobRecord,
  wanted: Partial<Definition>,
  { isUp }: { readonly isUp: boolean },
): Amendment {
  const different = (Object.keys(wanted) as (keyof Definition)[])
    .filter((field) => wanted[field] !== undefined && !isSame(record[field], wanted[field]));
  const waits = (field: keyof Definition) => isUp && AT_START.has(field);
  return {
    change: Object.fromEntries(different.map((field) => [field, wanted[field]])),
    changed: different.filter((field) => !waits(field)).map((field) => WORDS[field]),
    pending: different.filter(waits).map((field) => WORDS[field]),
    envNames: wanted.env === undefined ? [] : differentNames(record.env, wanted.env),
  };
}

/** What `run` and `add` say of a job that is up: what they do not say stays. */
export function wantedOfSpec(record: JobRecord, spec: JobSpec): Partial<Definition> {
  return {
    name: record.name === null ? spec.name : undefined,
    description: spec.description,
    restart: spec.restart,
    stopSignal: spec.stop_signal,
    stopTimeoutMs: spec.stop_timeout_ms,
    stdin: spec.stdin,
    umask: spec.umask,
    // Of one from before there were any, nobody knows what it has.
    surroundings: record.surroundings === null ? undefined : spec.surroundings,
    env: mergeEnvironment(record.env, spec.env),
  };
}

/** What `set` says. */
export function wantedOfSet(record: JobRecord, payload: SetPayload): Partial<Definition> {
  const { env, unset_env = [], description } = payload;
  return {
    command: payload.command,
    workdir: payload.workdir,
    // An empty one takes it back.
    description: description === "" ? null : description,
    restart: payload.restart,
    stopSignal: payload.stop_signal,
    stopTimeoutMs: payload.stop_timeout_ms,
    env: env === undefined && unset_env.length === 0
      ? undefined
      : omit({ ...record.env, ...env }, unset_env),
  };
}

/** The environment with what is different in that of a caller, but for what belongs to his window. */
export function mergeEnvironment(
  env: Readonly<Record<string, string>>,
  caller: Readonly<Record<string, string>>,
): Record<string, string> {
  return { ...env, ...Object.fromEntries(callerDifferences(env, caller)) };
}

/** The names of what is different in the environment of a caller. */
export function namesOfDifferences(
  env: Readonly<Record<string, string>>,
  caller: Readonly<Record<string, string>>,
): string[] {
  return callerDifferences(env, caller).map(([name]) => name).sort();
}

function callerDifferences(
  env: Readonly<Record<string, string>>,
  caller: Readonly<Record<string, string>>,
): [string, string][] {
  return Object.entries(caller).filter(([name, value]) =>
    env[name] !== value && !isPassingVariable(name)
  );
}

function differentNames(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]).sort();
}

function omit(
  env: Readonly<Record<string, string>>,
  names: readonly string[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  const [left, right] = [Object.entries(one), Object.entries(other)];
  return left.length === right.length &&
    left.every(([key, value]) => isSame(value, (other as Record<string, unknown>)[key]));
}
