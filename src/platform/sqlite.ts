import { DatabaseSync, type StatementSync } from "node:sqlite";
import { toFileUrl } from "@std/path/posix";
import { messageOf } from "../base/app_error.ts";

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
  // The latter is the file system's own, where we work on the files ourselves.
  [/unable to open database|\(os error \d+\)/, "cannot_open"],
  [/not a database/, "not_a_database"],
  [/malformed/, "damaged"],
  [/is locked/, "busy"],
];

function toSqliteError(error: unknown): SqliteError {
  const message = messageOf(error);
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
  #database: DatabaseSync;
  readonly #path: string;
  readonly #busyTimeoutMs: number;
  readonly #isReadOnly: boolean;
  /** Of the file and of its write-ahead log, which SQLite keeps open under whatever name. */
  #inode: string | undefined;
  #walInode: string | undefined;
  readonly #statements = new Map<string, StatementSync>();
  readonly #toError: (error: SqliteError) => Error;
  #depth = 0;
  #isClosed = false;

  /** @throws SqliteError, whatever `toError` says: who opens looks at the failure itself */
  constructor(path: string, options: SqliteOptions) {
    this.#toError = options.toError ?? ((error) => error);
    this.#path = path;
    this.#busyTimeoutMs = options.busyTimeoutMs;
    this.#isReadOnly = options.readOnly ?? false;
    this.#database = this.#open();
    this.#inode = inodeOf(path);
  }

  #open(): DatabaseSync {
    try {
      const database = this.#isReadOnly ? openReadOnly(this.#path) : new DatabaseSync(this.#path);
      database.exec(`PRAGMA busy_timeout = ${this.#busyTimeoutMs}`);
      return database;
    } catch (error) {
      throw toSqliteError(error);
    }
  }

  /** False once the file or its log was removed, renamed or replaced; what is written then is gone with us. */
  isInPlace(): boolean {
    return inodeOf(this.#path) === this.#inode && inodeOf(`${this.#path}-wal`) === this.#walInode;
  }

  /** To be called once the connection is set up: from then on its log is the same file, too. */
  settle(): void {
    // The first statement that reads is what opens the log.
    this.get("SELECT name FROM sqlite_master LIMIT 1");
    this.#walInode = inodeOf(`${this.#path}-wal`);
  }

  /** What others have put where the file or its log were. */
  foreignFiles(): string[] {
    const log = `${this.#path}-wal`;
    return [
      ...isForeign(this.#path, this.#inode) ? [this.#path] : [],
      ...isForeign(log, this.#walInode) ? [log] : [],
    ];
  }

  /**
   * Writes all there is to a new file and goes on with that: for when the one that is open was removed. Nobody else's
   * files may be at the path. `prepare` sets the connection up before it is used.
   * @throws what the disk says; then everything is as before
   */
  remake(prepare: (exec: (sql: string) => void) => void): void {
    const temporary = `${this.#path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    this.#guard(() => {
      Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 }).close();
      this.#database.prepare("VACUUM INTO ?").run(temporary);
      // Or it would be taken for the log of the new file.
      if (inodeOf(`${this.#path}-wal`) !== undefined) Deno.removeSync(`${this.#path}-wal`);
      Deno.renameSync(temporary, this.#path);
      const fresh = this.#open();
      this.#statements.clear();
      this.#database.close();
      this.#database = fresh;
      this.#inode = inodeOf(this.#path);
      prepare((sql) => fresh.exec(sql));
    });
    this.settle();
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

function isForeign(path: string, ours: string | undefined): boolean {
  const there = inodeOf(path);
  return there !== undefined && there !== ours;
}

function inodeOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.lstatSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
