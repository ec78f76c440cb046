import { SqliteDatabase } from "../platform/sqlite.ts";
import { isDatabaseReplaced } from "../platform/sqlite_files.ts";
import { JobRepository } from "./job_repository.ts";
import type { JobRecord } from "./job_record.ts";
import { migrate, readSchemaVersion, SCHEMA_VERSION } from "./migrations.ts";
import { insertSql } from "./row.ts";
import { RunRepository } from "./run_repository.ts";
import type { RunRecord } from "./run_record.ts";

/** A daemon that begins meanwhile keeps the file for itself: then it is to be asked. */
const BUSY_TIMEOUT_MS = 100;

/** A job that a daemon left behind, with its runs, the newest first. */
export interface StoredJobState {
  readonly job: JobRecord;
  readonly runs: readonly RunRecord[];
}

/**
 * Every job of a daemon that is not running, the oldest first. Changes nothing, and is done with the file for good: the
 * next daemon wants it for itself.
 * @throws SqliteError and others when it cannot be read, or is of a newer schema: then a daemon has to look after it
 */
export function readStoredJobs(path: string): StoredJobState[] {
  using database = openCurrent(path);
  const runs = new RunRepository(database, refuse);
  return new JobRepository(database, refuse).all()
    .map((job) => ({ job, runs: job.run === 0 ? [] : runs.listByJob(job.id) }));
}

function openCurrent(path: string): SqliteDatabase {
  const replaced = isDatabaseReplaced(path);
  // Opening a FIFO would wait for ever.
  if (replaced.database || replaced.log) throw new Error(`Not a file: ${JSON.stringify(path)}`);
  const database = new SqliteDatabase(path, { busyTimeoutMs: BUSY_TIMEOUT_MS, readOnly: true });
  try {
    const version = readSchemaVersion(database);
    if (version === SCHEMA_VERSION) return database;
    if (version === 0 || version > SCHEMA_VERSION) throw new Error("The schema is not known");
    using old = database;
    return bringUp(old, version);
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

/** What an older build left, brought up to date in memory: the file is the next daemon's to change. */
function bringUp(old: SqliteDatabase, version: number): SqliteDatabase {
  const database = new SqliteDatabase(":memory:", { busyTimeoutMs: 0 });
  try {
    migrate(database, version);
    for (const table of ["jobs", "runs"]) {
      for (const row of old.all(`SELECT * FROM ${table}`)) {
        database.run(insertSql(table, Object.keys(row)), ...Object.values(row));
      }
    }
    migrate(database);
    return database;
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

/** What cannot be read is a daemon's to judge, and to tell. */
function refuse(table: string, key: string, problem: string): never {
  throw new Error(`${table} ${key}: ${problem}`);
}
