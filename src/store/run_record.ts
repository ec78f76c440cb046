import type { SqlRow, SqlValue } from "../platform/sqlite.ts";

/** A process that cannot be mistaken for another one; the shape of platform/process_identity.ts. */
export interface StoredProcess {
  pid: number;
  startTime: string;
  bootId: string;
}

/** `running` until the end is known, then how it ended. */
export type RunOutcome = "running" | "exited" | "failed" | "stopped" | "lost";

/** One execution of a job, as the store keeps it. */
export interface RunRecord {
  /** `V3x-2`. */
  runId: string;
  jobId: string;
  /** 1, 2, … within the job. */
  run: number;
  /** The shim that records the exit code; null before it was spawned. */
  shim: StoredProcess | null;
  /** The command itself, as far as it could be seen. */
  process: StoredProcess | null;
  startedAtMs: number;
  /** Null until its end is recorded. */
  finishedAtMs: number | null;
  outcome: RunOutcome;
  exitCode: number | null;
  /** `SIGTERM`. */
  signal: string | null;
  reason: string | null;
}

/** Which column each field is in, in the order of the table. */
export const RUN_COLUMNS: Readonly<Record<keyof RunRecord, string>> = {
  runId: "run_id",
  jobId: "job_id",
  run: "run",
  shim: "shim",
  process: "process",
  startedAtMs: "started_at_ms",
  finishedAtMs: "finished_at_ms",
  outcome: "outcome",
  exitCode: "exit_code",
  signal: "signal",
  reason: "reason",
};

/** A field as its column holds it. */
export function toRunColumn<Field extends keyof RunRecord>(
  field: Field,
  value: RunRecord[Field],
): SqlValue {
  if (value !== null && (field === "shim" || field === "process")) return JSON.stringify(value);
  return (value ?? null) as SqlValue;
}

/**
 * A row as a record; columns it does not know are left alone.
 * @throws SyntaxError when a JSON column holds none
 */
export function toRunRecord(row: SqlRow): RunRecord {
  return {
    runId: row.run_id as string,
    jobId: row.job_id as string,
    run: row.run as number,
    shim: row.shim === null ? null : JSON.parse(row.shim as string),
    process: row.process === null ? null : JSON.parse(row.process as string),
    startedAtMs: row.started_at_ms as number,
    finishedAtMs: row.finished_at_ms as number | null,
    outcome: row.outcome as RunOutcome,
    exitCode: row.exit_code as number | null,
    signal: row.signal as string | null,
    reason: row.reason as string | null,
  };
}
