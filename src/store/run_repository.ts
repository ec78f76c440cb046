import type { SqliteDatabase } from "../platform/sqlite.ts";
import { insertSql, type RowErrorHandler, RowReader, updateRow } from "./row.ts";
import { RUN_COLUMNS, type RunRecord, toRunColumn, toRunRecord } from "./run_record.ts";

const INSERT = insertSql("runs", Object.values(RUN_COLUMNS));
const SELECT = `SELECT rowid AS row_number, ${Object.values(RUN_COLUMNS).join(", ")} FROM runs`;
/** The same as `isGoodRun`. */
const IS_GOOD = `(outcome = 'exited' OR
  outcome = 'stopped' AND ready_at_ms IS NOT NULL AND unready_reason IS NULL)`;
const FIELDS = Object.keys(RUN_COLUMNS) as (keyof RunRecord)[];

/** How and when a run ended. */
export type RunEnd = Pick<RunRecord, "jobId" | "outcome" | "startedAtMs" | "finishedAtMs">;

/** What makes no sense is left out here; who reads the whole run tells of it. */
const ENDS = `SELECT job_id, outcome, started_at_ms, finished_at_ms FROM runs
  WHERE typeof(job_id) = 'text' AND typeof(outcome) = 'text'
    AND typeof(started_at_ms) IN ('integer', 'real')
    AND typeof(finished_at_ms) IN ('integer', 'real')`;

/** The runs table. */
export class RunRepository {
  readonly #database: SqliteDatabase;
  readonly #reader: RowReader<RunRecord>;

  constructor(database: SqliteDatabase, onBadRow: RowErrorHandler) {
    this.#database = database;
    const toRecord = toRunRecord;
    this.#reader = new RowReader({ database, table: "runs", key: "run_id", toRecord, onBadRow });
  }

  /** The job of the run has to be there. */
  insert(run: RunRecord): void {
    this.#database.run(INSERT, ...FIELDS.map((field) => toRunColumn(field, run[field])));
  }

  /** Writes the fields that are given and leaves the others; false when there is no such run. */
  update(changes: Partial<RunRecord> & { runId: string }): boolean {
    return updateRow(this.#database, {
      table: "runs",
      key: "runId",
      columns: RUN_COLUMNS,
      toColumn: toRunColumn,
      changes,
    });
  }

  get(runId: string): RunRecord | undefined {
    return this.#select(`${SELECT} WHERE run_id = ?`, runId)[0];
  }

  /** Every run of the job, the newest first. */
  listByJob(jobId: string): RunRecord[] {
    return this.#select(`${SELECT} WHERE job_id = ? ORDER BY run DESC`, jobId);
  }

  /** Those of all jobs whose end is recorded. */
  ended(): RunEnd[] {
    return this.#database.all(ENDS).map((row) => ({
      jobId: row.job_id as string,
      outcome: row.outcome as RunRecord["outcome"],
      startedAtMs: row.started_at_ms as number,
      finishedAtMs: row.finished_at_ms as number,
    }));
  }

  /** Runs whose end is not recorded, the oldest first. */
  unfinished(): RunRecord[] {
    return this.#select(`${SELECT} WHERE finished_at_ms IS NULL ORDER BY started_at_ms, rowid`);
  }

  /** The run with the highest number. */
  latest(jobId: string): RunRecord | undefined {
    return this.listByJob(jobId)[0];
  }

  /** The runs whose shims had one of these pids, of whatever boot. */
  ledBy(pids: readonly number[]): RunRecord[] {
    if (pids.length === 0) return [];
    // A text as this room writes it, so that no damaged row can fail the search.
    const words = pids.map(() => "shim LIKE ?").join(" OR ");
    return this.#select(`${SELECT} WHERE ${words}`, ...pids.map((pid) => `{"pid":${pid},%`));
  }

  /**
   * Removes all but the newest `keep` runs and, where none of them went well, the last one that did (see `isGoodRun`):
   * others are compared with it. Never an unfinished one. Returns the removed numbers.
   */
  prune(jobId: string, keep: number): number[] {
    const rows = this.#database.all(
      `DELETE FROM runs WHERE job_id = ?1 AND finished_at_ms IS NOT NULL AND run NOT IN
         (SELECT run FROM runs WHERE job_id = ?1 ORDER BY run DESC LIMIT ?2) AND run IS NOT (SELECT max(run) FROM runs WHERE job_id = ?1 AND ${IS_GOOD})
         RETURNING run`,
      jobId,
      keep,
    );
    return rows.map((row) => row.run as number).sort((a, b) => a - b);
  }

  #select(sql: string, ...values: string[]): RunRecord[] {
    return this.#reader.read(this.#database.all(sql, ...values));
  }
}
