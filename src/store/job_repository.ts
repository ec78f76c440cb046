import { createJobId, isJobId } from "../base/ids.ts";
import type { SqliteDatabase, SqlRow } from "../platform/sqlite.ts";
import { DEFINITION_FIELDS, readJobFields, UNKNOWN } from "./job_fields.ts";
import { JOB_COLUMNS, type JobRecord, toJobColumn, toJobFields } from "./job_record.ts";
import { insertSql, type RowErrorHandler, updateRow } from "./row.ts";

const INSERT = insertSql("jobs", Object.values(JOB_COLUMNS));
const COLUMNS = Object.values(JOB_COLUMNS).join(", ");
const FIELDS = Object.keys(JOB_COLUMNS) as (keyof typeof JOB_COLUMNS)[];
/** SQLite ends a text at a NUL when it hands it out, and not when it compares. */
const SELECT_ALL = `SELECT rowid AS row_number, length(CAST(id AS BLOB)) AS id_bytes, ${COLUMNS}
  FROM jobs ORDER BY created_at_ms, rowid`;

/**
 * The jobs table. No row of it is too bad to be shown and removed: what makes no sense in one has a substitute in its
 * record, and the record a `fault`; the row keeps what it had until the job is defined anew.
 */
export class JobRepository {
  readonly #database: SqliteDatabase;
  readonly #onBadRow: RowErrorHandler;

  constructor(database: SqliteDatabase, onBadRow: RowErrorHandler) {
    this.#database = database;
    this.#onBadRow = onBadRow;
  }

  insert(job: JobRecord): void {
    const unknown = new Set<string>(job.fault?.fields);
    const values = FIELDS.map((field) =>
      unknown.has(field) ? UNKNOWN : toJobColumn(field, job[field])
    );
    this.#database.run(INSERT, ...values);
  }

  /** Writes the fields that are given and leaves the others; false when there is no such job. */
  update(changes: Partial<JobRecord> & { id: string }): boolean {
    const { fault, ...known } = changes;
    // Substitutes are not what the user asked for.
    for (const field of fault === undefined ? [] : DEFINITION_FIELDS) delete known[field];
    return updateRow<Omit<JobRecord, "fault">>(this.#database, {
      table: "jobs",
      key: "id",
      columns: JOB_COLUMNS,
      toColumn: toJobColumn,
      changes: known,
    });
  }

  /** Removes the job and its runs. */
  delete(id: string): boolean {
    return this.#database.run("DELETE FROM jobs WHERE id = ?", id).changes > 0;
  }

  get(id: string): JobRecord | undefined {
    const row = this.#database.get(`SELECT ${COLUMNS} FROM jobs WHERE id = ?`, id);
    return row && readJobFields(id, toJobFields(row));
  }

  /** Every job, the oldest first. What has no id that could be one is given a new one. */
  all(): JobRecord[] {
    const rows = this.#database.all(SELECT_ALL);
    const taken = new Set(rows.map(({ id }) => id));
    return rows.map((row) => this.#read(row, (id) => taken.has(id)));
  }

  #read(row: SqlRow, isTaken: (id: string) => boolean): JobRecord {
    const fields = toJobFields(row);
    const isSound = typeof row.id === "string" && isJobId(row.id) && row.id_bytes === row.id.length;
    const id = isSound ? row.id as string : this.#giveId(row, isTaken);
    const record = readJobFields(id, fields);
    if (record.fault !== undefined) this.#onBadRow("jobs", id, record.fault.problem);
    return record;
  }

  #giveId({ row_number }: SqlRow, isTaken: (id: string) => boolean): string {
    const id = createJobId(isTaken);
    this.#database.transaction(() => {
      this.#database.run(
        "DELETE FROM runs WHERE job_id = (SELECT id FROM jobs WHERE rowid = ?)",
        row_number!,
      );
      this.#database.run("UPDATE jobs SET id = ? WHERE rowid = ?", id, row_number!);
    });
    this.#onBadRow("jobs", id, "its id was none, and is now this one");
    return id;
  }
}
