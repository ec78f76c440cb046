import * as z from "zod/mini";
import { isSignal } from "../platform/os_signals.ts";
import { JOB_STATUSES } from "../protocol/job_status.ts";
import { MOST_RESTARTS, RESTART_MODES } from "../protocol/restart_policy.ts";
import {
  AbsolutePath,
  CommandLine,
  Environment,
  JobName,
  Milliseconds,
  Surroundings,
  Umask,
} from "../protocol/values.ts";
import { JOB_COLUMNS, type JobRecord } from "./job_record.ts";
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

/** What was asked for: where one of these makes no sense, the job cannot be started. */
const DEFINITION: Table<Exclude<FieldName, keyof typeof STATE>> = {
  name: { schema: z.nullable(JobName), substitute: null },
  // It may be of a release that took longer ones.
  description: { schema: z.nullable(Text), substitute: null },
  command: { schema: CommandLine, substitute: ["(unreadable)"] },
  workdir: { schema: AbsolutePath, substitute: "/" },
  env: { schema: Environment, substitute: {} },
  umask: { schema: Umask, substitute: 0o077 },
  restart: { schema: Restart, substitute: { mode: "no" } },
  stopSignal: { schema: Signal, substitute: "SIGTERM" },
  stopTimeoutMs: { schema: Milliseconds, substitute: 10_000 },
  stdin: { schema: z.boolean("must be 0 or 1"), substitute: false },
  surroundings: { schema: z.nullable(Surroundings), substitute: null },
};

/** Where it is: what of these makes no sense is found out anew, or begins anew. */
const STATE: Table<
  | "desired"
  | "status"
  | "reason"
  | "restarts"
  | "tally"
  | "run"
  | "createdAtMs"
  | "nextStartAtMs"
> = {
  desired: { schema: z.enum(["up", "down"], "must be up or down"), substitute: "down" },
  status: { schema: z.enum(JOB_STATUSES, "must be a status"), substitute: "failed" },
  reason: { schema: z.nullable(Text), substitute: null },
  restarts: { schema: Count, substitute: 0 },
  tally: { schema: Count, substitute: 0 },
  run: { schema: RunNumber, substitute: 0 },
  createdAtMs: { schema: Moment, substitute: 0 },
  nextStartAtMs: { schema: z.nullable(Moment), substitute: null },
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
