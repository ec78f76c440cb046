import { SqliteDatabase } from "../platform/sqlite.ts";
import { JobRepository } from "./job_repository.ts";
import type { JobRecord } from "./job_record.ts";
import { readSchemaVersion, SCHEMA_VERSION } from "./migrations.ts";
import { RunRepository } from "./run_repository.ts";
import type { RunRecord } from "./run_record.ts";

/** A daemon that begins meanwhile keeps the file for itself: then it is to be asked. */
const BUSY_TIMEOUT_MS = 100;

/** A job that a daemon left behind, with its current or last run. */
export interface StoredJobState {
  readonly job: JobRecord;
  readonly run: RunRecord | undefined;
}

/**
 * Every job of a daemon that is not running, the oldest first. Changes nothing, and is done with the file at once: the
 * next daemon wants it for itself.
 * @throws SqliteError and others when it cannot be read, or is of another schema: then a daemon has to look after it
 */
export function readStoredJobs(path: string): StoredJobState[] {
  using database = openSame(path);
  const runs = new RunRepository(database, refuse);
  return new JobRepository(database, refuse).all()
    .map((job) => ({ job, run: job.run === 0 ? undefined : runs.latest(job.id) }));
}

/** Every run of one of these jobs, the newest first. @throws as {@linkcode readStoredJobs} */
export function readStoredRuns(path: string, jobId: string): RunRecord[] {
  using database = openSame(path);
  return new RunRepository(database, refuse).listByJob(jobId);
}

function openSame(path: string): SqliteDatabase {
  const database = new SqliteDatabase(path, { busyTimeoutMs: BUSY_TIMEOUT_MS, readOnly: true });
  try {
    if (readSchemaVersion(database) === SCHEMA_VERSION) return database;
    throw new Error("The database is of another schema");
  } catch (error) {
    database[Symbol.dispose]();
    throw error;
  }
}

/** What cannot be read is a daemon's to judge, and to tell. */
function refuse(table: string, key: string, problem: string): never {
  throw new Error(`${table} ${key}: ${problem}`);
}
