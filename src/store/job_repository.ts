import type { SqliteDatabase } from "../platform/sqlite.ts";
import { insertSql, parseRows, type RowErrorHandler, updateRow } from "./row.ts";
import { JOB_COLUMNS, type JobRecord, toJobColumn, toJobRecord } from "./job_record.ts";

const INSERT = insertSql("jobs", Object.values(JOB_COLUMNS));
const SELECT = `SELECT ${Object.values(JOB_COLUMNS).join(", ")} FROM jobs`;
const FIELDS = Object.keys(JOB_COLUMNS) as (keyof JobRecord)[];

/** The jobs table. */
export class JobRepository {
  readonly #database: SqliteDatabase;
  readonly #onBadRow: RowErrorHandler;

  constructor(database: SqliteDatabase, onBadRow: RowErrorHandler) {
    this.#database = database;
    this.#onBadRow = onBadRow;
  }

  insert(job: JobRecord): void {
    this.#database.run(INSERT, ...FIELDS.map((field) => toJobColumn(field, job[field])));
  }

  /** Writes the fields that are given and leaves the others; false when there is no such job. */
  update(changes: Partial<JobRecord> & { id: string }): boolean {
    return updateRow(this.#database, {
      table: "jobs",
      key: "id",
      columns: JOB_COLUMNS,
      toColumn: toJobColumn,
      changes,
    });
  }

  /** Removes the job and its runs. */
  delete(id: string): boolean {
    return this.#database.run("DELETE FROM jobs WHERE id = ?", id).changes > 0;
  }

  get(id: string): JobRecord | undefined {
    const row = this.#database.get(`${SELECT} WHERE id = ?`, id);
    return row && parseRows([row], toJobRecord, this.#onBadRow)[0];
  }

  /** Every job, the oldest first. */
  all(): JobRecord[] {
    const rows = this.#database.all(`${SELECT} ORDER BY created_at_ms, rowid`);
    return parseRows(rows, toJobRecord, this.#onBadRow);
  }
}
