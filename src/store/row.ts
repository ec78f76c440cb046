import type { SqliteDatabase, SqlRow, SqlValue } from "../platform/sqlite.ts";

/** Told of a row that cannot be read as a record; the others are returned all the same. */
export type RowErrorHandler = (row: SqlRow, error: unknown) => void;

/** An INSERT of all `columns`. */
export function insertSql(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${
    columns.map(() => "?").join(", ")
  })`;
}

/** What {@linkcode updateRow} writes where. */
export interface RowUpdate<R> {
  table: string;
  /** The field that says which row; the only one that has to be in `changes`. */
  key: keyof R & string;
  columns: Readonly<Record<keyof R, string>>;
  toColumn<Field extends keyof R>(field: Field, value: R[Field]): SqlValue;
  changes: Partial<R>;
}

/** Writes only the columns that are named, so that a change of status does not rewrite an environment. */
export function updateRow<R>(database: SqliteDatabase, update: RowUpdate<R>): boolean {
  const { table, key, columns, changes } = update;
  const fields = (Object.keys(columns) as (keyof R & string)[])
    .filter((field) => field !== key && changes[field] !== undefined);
  if (fields.length === 0) return true;
  const assignments = fields.map((field) => `${columns[field]} = ?`).join(", ");
  const values = [...fields, key].map((field) => update.toColumn(field, changes[field]!));
  const sql = `UPDATE ${table} SET ${assignments} WHERE ${columns[key]} = ?`;
  return database.run(sql, ...values).changes > 0;
}

/** The rows as records, without those that cannot be read. */
export function parseRows<R>(
  rows: readonly SqlRow[],
  toRecord: (row: SqlRow) => R,
  onBadRow: RowErrorHandler,
): R[] {
  const records: R[] = [];
  for (const row of rows) {
    try {
      records.push(toRecord(row));
    } catch (error) {
      onBadRow(row, error);
    }
  }
  return records;
}
