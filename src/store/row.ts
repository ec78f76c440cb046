import { messageOf } from "../base/app_error.ts";
import type { SqliteDatabase, SqlRow, SqlValue } from "../platform/sqlite.ts";

/** Told of a row that makes no sense, by its table and key; the others are returned all the same. */
export type RowErrorHandler = (table: string, key: string, problem: string) => void;

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

/** How {@linkcode RowReader} reads a table. */
export interface RowReaderOptions<R> {
  readonly database: SqliteDatabase;
  readonly table: string;
  /** The column that a row is told by. */
  readonly key: string;
  /** Throws when the row makes no sense. */
  readonly toRecord: (row: SqlRow) => R;
  readonly onBadRow: RowErrorHandler;
}

/** Reads rows, which must have `rowid AS row_number`, and removes those that make no sense: nobody could show them. */
export class RowReader<R> {
  readonly #options: RowReaderOptions<R>;

  constructor(options: RowReaderOptions<R>) {
    this.#options = options;
  }

  /** The records of the rows that make sense, in their order. */
  read(rows: readonly SqlRow[]): R[] {
    return rows.flatMap((row) => {
      try {
        return [this.#options.toRecord(row)];
      } catch (error) {
        this.#remove(row, messageOf(error));
        return [];
      }
    });
  }

  #remove(row: SqlRow, problem: string): void {
    const { database, table, key, onBadRow } = this.#options;
    onBadRow(table, String(row[key]), problem);
    try {
      database.run(`DELETE FROM ${table} WHERE rowid = ?`, row.row_number!);
    } catch {
      // On a full disk: it is told again at the next look.
    }
  }
}
