import * as z from "zod/mini";
import { parseRunId, toRunId } from "../base/ids.ts";
import type { SqlRow, SqlValue } from "../platform/sqlite.ts";
import { type RunFacts, RunFactsColumn } from "./run_facts.ts";
import { Count, Moment, parseRow, readJsonColumn, RunNumber, Text } from "./row_values.ts";

/** A process that cannot be mistaken for another one; the shape of platform/processes/process_identity.ts. */
export interface StoredProcess {
  pid: number;
  startTime: string;
  bootId: string;
}

/** `running` until the end is known, then how it ended. */
export type RunOutcome = typeof OUTCOMES[number];
const OUTCOMES = ["running", "exited", "failed", "stopped", "lost"] as const;

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
  /** Since when it is ready; null while it is not, and in runs of releases that did not ask. */
  readyAtMs: number | null;
  /** Why it counts as not ready although its time for that is over, or it was ready before. */
  unreadyReason: string | null;
  /** What is known of it beside that. */
  facts: RunFacts;
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
  readyAtMs: "ready_at_ms",
  unreadyReason: "unready_reason",
  facts: "facts",
};

const JSON_FIELDS: ReadonlySet<string> = new Set(["shim", "process", "facts"]);

/** A field as its column holds it. */
export function toRunColumn<Field extends keyof RunRecord>(
  field: Field,
  value: RunRecord[Field],
): SqlValue {
  if (value !== null && JSON_FIELDS.has(field)) return JSON.stringify(value);
  return (value ?? null) as SqlValue;
}

/** What {@linkcode StoredProcess} must be. */
export const StoredProcessShape = z.object({
  pid: z.int("must be a process").check(z.gte(1, "must be a process")),
  startTime: z.string("must be a process").check(z.regex(/^\d*$/, "must be a process")),
  bootId: z.string("must be a process"),
}, "must be a process");
const ProcessColumn = z.nullable(StoredProcessShape);

/** A row as it must be; what is not known of it is left alone. */
const RunRow = z.object({
  run_id: Text,
  job_id: Text,
  run: RunNumber,
  shim: ProcessColumn,
  process: ProcessColumn,
  started_at_ms: Moment,
  finished_at_ms: z.nullable(Moment),
  outcome: z.enum(OUTCOMES, "must be how a run ends"),
  exit_code: z.nullable(Count),
  signal: z.nullable(Text),
  reason: z.nullable(Text),
  ready_at_ms: z.nullable(Moment),
  unready_reason: z.nullable(Text),
  facts: RunFactsColumn,
}).check(z.refine(
  ({ run_id, job_id, run }) => run_id === toRunId(job_id, run) && parseRunId(run_id) !== undefined,
  { error: "must be that of its job and number", path: ["run_id"] },
));

/**
 * A row as a record; columns it does not know are left alone.
 * @throws Error naming the columns that make no sense
 */
export function toRunRecord(row: SqlRow): RunRecord {
  const [shim, process] = [readJsonColumn(row.shim), readJsonColumn(row.process)];
  const facts = readJsonColumn(row.facts);
  const known = parseRow(RunRow, { ...row, shim, process, facts });
  return {
    runId: known.run_id,
    jobId: known.job_id,
    run: known.run,
    shim: known.shim,
    process: known.process,
    startedAtMs: known.started_at_ms,
    finishedAtMs: known.finished_at_ms,
    outcome: known.outcome,
    exitCode: known.exit_code,
    signal: known.signal,
    reason: known.reason,
    readyAtMs: known.ready_at_ms,
    unreadyReason: known.unready_reason,
    facts: known.facts,
  };
}

/**
 * Whether a run went well: it ended by itself with code 0, or was ready until somebody wanted its end. What goes on is
 * not over, and what failed in the end did not go well, however long it served.
 */
export function isGoodRun(
  { outcome, readyAtMs, unreadyReason }: Pick<RunRecord, "outcome" | "readyAtMs" | "unreadyReason">,
): boolean {
  if (outcome === "exited") return true;
  return outcome === "stopped" && readyAtMs !== null && unreadyReason === null;
}
