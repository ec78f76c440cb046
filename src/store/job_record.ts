import type { Surroundings } from "../base/surroundings.ts";
import type { SqlRow, SqlValue } from "../platform/sqlite.ts";
import { readJsonColumn } from "./row_values.ts";

/** A job as the store keeps it: what to run, what the user asked for, and where it is. */
export interface JobRecord {
  id: string;
  name: string | null;
  description: string | null;
  /** argv, as the user gave it. */
  command: string[];
  workdir: string;
  /** The client's environment. It is in this table and nowhere else. */
  env: Record<string, string>;
  umask: number;
  restart: RestartRecord;
  stopSignal: string;
  stopTimeoutMs: number;
  /** Whether the job has a stdin that `imp send` writes to. */
  stdin: boolean;
  /** What it gets from the system, as the client has it; null: what the daemon has. */
  surroundings: Surroundings | null;
  desired: "up" | "down";
  status: StoredJobStatus;
  /** Why it is `failed`, `lost` or in `backoff`, when the code does not say it. */
  reason: string | null;
  /** How often the restart policy started it again since the user last did. */
  restarts: number;
  /** How many of these came in a row, none of them staying up for long. */
  tally: number;
  /** The number of the current or last run; 0 before the first. */
  run: number;
  createdAtMs: number;
  /** When the restart policy will start it again. */
  nextStartAtMs: number | null;
  /** Which part of its definition made no sense when it was read, and has a substitute here; see job_fields.ts. */
  fault?: JobFault | undefined;
}

/** What makes no sense of a job's definition. */
export interface JobFault {
  readonly fields: readonly (keyof JobRecord)[];
  /** In words; no values, which may be of the environment. */
  readonly problem: string;
}

/** Same words as the protocol's JobStatus, which the store does not know. */
export type StoredJobStatus =
  | "starting"
  | "running"
  | "stopping"
  | "backoff"
  | "stopped"
  | "exited"
  | "failed"
  | "lost";

/** Same shape as the protocol's RestartPolicy. */
export interface RestartRecord {
  mode: "no" | "on-failure" | "always" | "unless-stopped";
  max?: number | undefined;
}

/** Which column each field is in, in the order of the table. */
export const JOB_COLUMNS: Readonly<Record<Exclude<keyof JobRecord, "fault">, string>> = {
  id: "id",
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
  desired: "desired",
  status: "status",
  reason: "reason",
  restarts: "restarts",
  tally: "tally",
  run: "run",
  createdAtMs: "created_at_ms",
  nextStartAtMs: "next_start_at_ms",
};

/** A field as its column holds it. */
export function toJobColumn<Field extends keyof typeof JOB_COLUMNS>(
  field: Field,
  value: JobRecord[Field],
): SqlValue {
  if (field === "command" || field === "env" || field === "restart") return JSON.stringify(value);
  if (field === "surroundings") return value ? JSON.stringify(value) : null;
  if (field === "stdin") return value ? 1 : 0;
  return (value ?? null) as SqlValue;
}

/** The fields of a row by their names in a record, as far as they can be read. */
export function toJobFields(row: SqlRow): Record<string, unknown> {
  const { command, env, restart, stdin, surroundings } = row;
  return {
    ...Object.fromEntries(
      Object.entries(JOB_COLUMNS).map(([field, column]) => [field, row[column]]),
    ),
    command: readJsonColumn(command),
    env: readJsonColumn(env),
    restart: readJsonColumn(restart),
    surroundings: surroundings === null ? null : readJsonColumn(surroundings),
    stdin: stdin === 0 || stdin === 1 ? stdin === 1 : stdin,
  };
}
