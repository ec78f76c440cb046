import { DatabaseSync, type StatementSync } from "node:sqlite";
import { toFileUrl } from "@std/path";

/** What a column holds. */
export type SqlValue = string | number | bigint | null | Uint8Array;
/** A row by column name. */
export type SqlRow = Record<string, SqlValue>;

/** Why SQLite could not do it, in the classes that call for different answers. */
export type SqlFailure =
  | "disk_full"
  | "read_only"
  | "io_error"
  | "cannot_open"
  | "not_a_database"
  | "damaged"
  | "busy"
  | "other";

/** A statement that SQLite refused. */
export class SqliteError extends Error {
  override readonly name = "SqliteError";
  constructor(readonly failure: SqlFailure, message: string, cause: unknown) {
    super(message, { cause });
  }
}

/** node:sqlite tells the kind of a failure by sqlite3_errmsg() alone, so that is what is looked at. */
const FAILURES: readonly (readonly [RegExp, SqlFailure])[] = [
  [/disk is full/, "disk_full"],
  [/readonly database/, "read_only"],
  [/disk I\/O error/, "io_error"],
  [/unable to open database/, "cannot_open"],
  [/not a database/, "not_a_database"],
  [/malformed/, "damaged"],
  [/is locked/, "busy"],
];

function toSqliteError(error: unknown): SqliteError {
  const message = error instanceof Error ? error.message : String(error);
  const failure = FAILURES.find(([pattern]) => pattern.test(message))?.[1] ?? "other";
  return new SqliteError(failure, message, error);
}

/** Options of {@linkcode SqliteDatabase}. */
export interface SqliteOptions {
  /** How long a statement waits for another process that holds the file. */
  busyTimeoutMs: number;
  /** Makes what is thrown out of a refused statement; the {@linkcode SqliteError} itself by default. */
  toError?: (error: SqliteError) => Error;
  /** Changes nothing; the file must be there, and nobody may write to it meanwhile. */
  readOnly?: boolean;
}

/** Where there is no write-ahead log to be read, too, without the locks and files that one would bring along. */
function openReadOnly(path: string): DatabaseSync {
  const url = toFileUrl(path);
  if (sizeOf(`${path}-wal`) === 0) url.searchParams.set("immutable", "1");
  return new DatabaseSync(url, { readOnly: true });
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

/**
 * A SQLite database. Statements are prepared once and kept by their text, so texts are to be constants. Everything is
 * synchronous: a write to the page cache takes tens of microseconds.
 */
export class SqliteDatabase implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #toError: (error: SqliteError) => Error;
  #depth = 0;
  #isClosed = false;

  /** @throws SqliteError, whatever `toError` says: who opens looks at the failure itself */
  constructor(path: string, options: SqliteOptions) {
    this.#toError = options.toError ?? ((error) => error);
    try {
      this.#database = options.readOnly ? openReadOnly(path) : new DatabaseSync(path);
      this.#database.exec(`PRAGMA busy_timeout = ${options.busyTimeoutMs}`);
    } catch (error) {
      throw toSqliteError(error);
    }
  }

  /** Runs statements that take no values and return none. */
  exec(sql: string): void {
    this.#guard(() => this.#database.exec(sql));
  }

  /** Runs a statement and says how many rows it changed and the rowid it inserted. */
  run(sql: string, ...values: SqlValue[]): { changes: number; lastRowId: number } {
    return this.#guard(() => {
      const result = this.#prepare(sql).run(...values);
      return { changes: Number(result.changes), lastRowId: Number(result.lastInsertRowid) };
    });
  }

  /** The first row, or undefined. */
  get(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return this.#guard(() => {
      const row = this.#prepare(sql).get(...values) as SqlRow | undefined;
      return row && toRow(row);
    });
  }

  /** Every row. */
  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.#guard(() => (this.#prepare(sql).all(...values) as SqlRow[]).map(toRow));
  }

  /** Does all of `action` or, when it throws, none of it. Nests. `action` must not be asynchronous. */
  transaction<T>(action: () => T): T {
    const [begin, commit, rollback] = this.#depth === 0
      ? ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"]
      : ["SAVEPOINT nested", "RELEASE nested", "ROLLBACK TO nested; RELEASE nested"];
    this.exec(begin!);
    this.#depth++;
    try {
      const result = action();
      this.exec(commit!);
      return result;
    } catch (error) {
      try {
        this.#database.exec(rollback!);
      } catch {
        // SQLite rolls back by itself when the disk is full; then there is nothing left to undo.
      }
      throw error;
    } finally {
      this.#depth--;
    }
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#statements.clear();
    this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      // A number that is too large for JavaScript would else be an error of the whole query.
      statement.setReadBigInts(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw this.#toError(toSqliteError(error));
    }
  }
}

/** Numbers as numbers, but for those that are too large to be one. */
function toRow(row: SqlRow): SqlRow {
  for (const [column, value] of Object.entries(row)) {
    if (typeof value !== "bigint") continue;
    const number = Number(value);
    if (Number.isSafeInteger(number)) row[column] = number;
  }
  return row;
}
