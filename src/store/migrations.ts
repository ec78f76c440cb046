import { failpoint } from "../platform/failpoint.ts";
import type { SqliteDatabase } from "../platform/sqlite.ts";

/**
 * What makes schema N + 1 out of schema N, by position. A released entry is never edited: databases are out there that
 * were made by it, and `testdata/` holds one of each.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT,
    description TEXT,
    command TEXT NOT NULL,
    workdir TEXT NOT NULL,
    env TEXT NOT NULL,
    umask INTEGER NOT NULL,
    restart TEXT NOT NULL,
    stop_signal TEXT NOT NULL,
    stop_timeout_ms INTEGER NOT NULL,
    stdin INTEGER NOT NULL,
    desired TEXT NOT NULL,
    status TEXT NOT NULL,
    restarts INTEGER NOT NULL,
    run INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL
  );
  CREATE TABLE runs (
    run_id TEXT PRIMARY KEY NOT NULL,
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    run INTEGER NOT NULL,
    shim TEXT,
    process TEXT,
    started_at_ms INTEGER NOT NULL,
    finished_at_ms INTEGER,
    outcome TEXT NOT NULL,
    exit_code INTEGER,
    signal TEXT,
    UNIQUE (job_id, run)
  );
  CREATE INDEX unfinished_runs ON runs (started_at_ms) WHERE finished_at_ms IS NULL;
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    time TEXT NOT NULL,
    job_id TEXT,
    data TEXT NOT NULL
  );
  `,
  `
  ALTER TABLE jobs ADD COLUMN reason TEXT;
  ALTER TABLE jobs ADD COLUMN next_start_at_ms INTEGER;
  ALTER TABLE jobs ADD COLUMN tally INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE runs ADD COLUMN reason TEXT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN surroundings TEXT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN tty INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN terminal_size TEXT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN ports TEXT;
  ALTER TABLE jobs ADD COLUMN port_numbers TEXT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN project TEXT;
  ALTER TABLE jobs ADD COLUMN plan TEXT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN ready TEXT;
  ALTER TABLE jobs ADD COLUMN health TEXT;
  ALTER TABLE runs ADD COLUMN ready_at_ms INTEGER;
  ALTER TABLE runs ADD COLUMN unready_reason TEXT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN memory_limit_bytes INTEGER;
  ALTER TABLE jobs ADD COLUMN log_max_bytes INTEGER;
  ALTER TABLE jobs ADD COLUMN runs_kept INTEGER;
  ALTER TABLE jobs ADD COLUMN stop_command TEXT;
  ALTER TABLE jobs ADD COLUMN given_env TEXT;
  ALTER TABLE jobs ADD COLUMN watch TEXT;
  ALTER TABLE jobs ADD COLUMN awaits_change INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN schedule TEXT;
  ALTER TABLE jobs ADD COLUMN timetable TEXT;
  `,
  `
  ALTER TABLE runs ADD COLUMN facts TEXT;
  `,
  `
  ALTER TABLE jobs ADD COLUMN owner TEXT;
  ALTER TABLE jobs ADD COLUMN lease TEXT;
  `,
];

/** The schema that this build reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Which schema the database has; 0 for a new one. */
export function readSchemaVersion(database: SqliteDatabase): number {
  return database.get("PRAGMA user_version")!.user_version as number;
}

/** Brings the database to schema `target`, all steps or none. Returns the version it had. */
export function migrate(database: SqliteDatabase, target: number = SCHEMA_VERSION): number {
  const version = readSchemaVersion(database);
  if (version >= target) return version;
  database.transaction(() => {
    for (const migration of MIGRATIONS.slice(version, target)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${target}`);
    failpoint("migrate.before_commit");
  });
  return version;
}
