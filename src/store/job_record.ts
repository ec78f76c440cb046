import type { SqlRow, SqlValue } from "../platform/sqlite.ts";

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
export const JOB_COLUMNS: Readonly<Record<keyof JobRecord, string>> = {
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
export function toJobColumn<Field extends keyof JobRecord>(
  field: Field,
  value: JobRecord[Field],
): SqlValue {
  if (field === "command" || field === "env" || field === "restart") return JSON.stringify(value);
  if (field === "stdin") return value ? 1 : 0;
  return (value ?? null) as SqlValue;
}

/**
 * A row as a record; columns it does not know are left alone.
 * @throws SyntaxError when a JSON column holds none
 */
export function toJobRecord(row: SqlRow): JobRecord {
  return {
    id: row.id as string,
    name: row.name as string | null,
    description: row.description as string | null,
    command: JSON.parse(row.command as string),
    workdir: row.workdir as string,
    env: JSON.parse(row.env as string),
    umask: row.umask as number,
    restart: JSON.parse(row.restart as string),
    stopSignal: row.stop_signal as string,
    stopTimeoutMs: row.stop_timeout_ms as number,
    stdin: row.stdin !== 0,
    desired: row.desired as JobRecord["desired"],
    status: row.status as StoredJobStatus,
    reason: row.reason as string | null,
    restarts: row.restarts as number,
    tally: row.tally as number,
    run: row.run as number,
    createdAtMs: row.created_at_ms as number,
    nextStartAtMs: row.next_start_at_ms as number | null,
  };
}
