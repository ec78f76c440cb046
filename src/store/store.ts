/**
 * `store/` keeps what has to outlive the daemon: jobs, runs and events, in one SQLite file that only the daemon opens, or who looks while there is none.
 * It decides nothing: no state machine, no retention policy, no times of its own. What it was told outlives the process
 * once the call returns, and the machine once `sync` has.
 */
import { AppError, messageOf } from "../base/app_error.ts";
import { type Clock, toIsoTime } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { syncDirectoryOf } from "../platform/atomic_write.ts";
import { failpoint } from "../platform/failpoint.ts";
import { fileSizeLimit } from "../platform/file_size_limit.ts";
import { moveAside } from "../platform/move_aside.ts";
import { SqliteDatabase, SqliteError } from "../platform/sqlite.ts";
import {
  isDatabaseReplaced,
  makeDatabasePrivate,
  readDatabaseHeader,
  setDatabaseAside,
  syncDatabase,
} from "../platform/sqlite_files.ts";
import { DiskSync } from "./disk_sync.ts";
import { EventRepository } from "./event_repository.ts";
import { JobRepository } from "./job_repository.ts";
import { migrate, readSchemaVersion, SCHEMA_VERSION } from "./migrations.ts";
import { emptyLog, KEEPS_NOTHING, leaveNoRemains } from "./remains.ts";
import { RunRepository } from "./run_repository.ts";
import { isDamage, newerSchemaError, toStoreError } from "./store_error.ts";

export type {
  DependencyRecord,
  FoundPort,
  JobRecord,
  LeaseRecord,
  OwnerRecord,
  PlanPart,
  ProjectPart,
  SkippedStart,
  Timetable,
} from "./job_record.ts";
export { isGoodRun } from "./run_record.ts";
export type { RunRecord } from "./run_record.ts";
export type { EndAsked, OomKills, RunFacts, StartedAs } from "./run_facts.ts";

/** Another process holds the file for moments only: a backup, or a person looking. */
const BUSY_TIMEOUT_MS = 500;

const PAGE_BYTES = 4_096;
/** SQLite's own. */
const USUAL_LOG_PAGES = 1_000;
/** What the write-ahead log may take of the size that a file may have: one change more must still fit. */
const LOG_SHARE = 1 / 4;

/** What the store needs from around it. */
export interface StoreOptions {
  clock: Clock;
  logger: Logger;
}

/** The open store. Writes throw AppError `store.unwritable` while the disk refuses, and work again after. */
export interface Store extends Disposable {
  readonly path: string;
  readonly jobs: JobRepository;
  readonly runs: RunRepository;
  readonly events: EventRepository;
  /** Where a damaged database was moved to when this one was opened. */
  readonly setAside: string | undefined;
  /** False once somebody has removed or replaced the files under us. */
  isInPlace(): boolean;
  /**
   * Writes everything to a new file where the old one was, and goes on with it. What others have put there is moved
   * aside; returns where to.
   * @throws AppError `store.unwritable`; then everything is as before
   */
  remake(): string[];
  /** Does all of `action` or, when it throws, none of it. Nests; `action` must not be asynchronous. */
  transaction<T>(action: () => T): T;
  /** Nothing that was deleted so far is in its files any more, unless the disk refuses. */
  forgetDeleted(): void;
  /** Resolves when all transactions so far would outlive a power cut, too; that they may not is told in the log. */
  sync(): Promise<void>;
}

/**
 * Opens the database, making or migrating it where needed. One that is damaged is moved aside and a new one begun.
 * @throws AppError `store.newer_schema`, and leaves the file as it is; `store.unwritable`; `store.busy`
 */
export function openStore(path: string, options: StoreOptions): Store {
  try {
    return openSound(path, options);
  } catch (error) {
    throw error instanceof AppError ? error : toStoreError(path, error);
  }
}

function openSound(path: string, options: StoreOptions): Store {
  let setAside = setAsideBeforeOpening(path, options);
  const opened = tryOpen(path);
  if (!(opened instanceof SqliteError)) return createStore(path, opened, setAside, options);
  setAside = setDatabaseAside(path, stampOf(options.clock));
  options.logger.error("Moved a damaged state database aside", {
    reason: opened.message,
    kept_as: setAside,
  });
  const fresh = tryOpen(path);
  if (fresh instanceof SqliteError) throw fresh;
  return createStore(path, fresh, setAside, options);
}

/** SQLite throws a write-ahead log away that it cannot read, so what looks damaged is saved before it is opened. */
function setAsideBeforeOpening(path: string, { clock, logger }: StoreOptions): string | undefined {
  // Before anything is opened: of a FIFO that would wait for ever.
  const replaced = isDatabaseReplaced(path);
  if (replaced.database || replaced.log) {
    const kept = setDatabaseAside(path, stampOf(clock), replaced.database ? undefined : "-wal");
    logger.error("Moved aside what is no file in the place of the state", { kept_as: kept });
    return kept;
  }
  const header = readDatabaseHeader(path);
  if (header.userVersion !== undefined && header.userVersion > SCHEMA_VERSION) {
    throw newerSchemaError(path, header.userVersion);
  }
  const isLogWithoutDatabase = header.sizeBytes === 0 && header.walSizeBytes > 0;
  if (!isLogWithoutDatabase && header.isWalSound) return undefined;
  const kept = setDatabaseAside(path, stampOf(clock), isLogWithoutDatabase ? undefined : "-wal");
  logger.error("Moved a damaged write-ahead log of the state database aside", { kept_as: kept });
  return kept;
}

function stampOf(clock: Clock): string {
  return toIsoTime(clock.now()).replace(/[-:]/g, "");
}

/**
 * Alone with the file SQLite keeps the index of its log in memory. Else it would be a mapped file, and a full disk that
 * copies on write (btrfs) answers a write to its memory with SIGBUS.
 */
const ALONE = "PRAGMA locking_mode = EXCLUSIVE";
const WITH_LOG = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";

/** The database ready for use, or how it is damaged; every other failure is thrown. */
function tryOpen(path: string): SqliteDatabase | SqliteError {
  let database: SqliteDatabase | undefined;
  try {
    const hadLog = readDatabaseHeader(path).walSizeBytes > 0;
    makeDatabasePrivate(path);
    database = new SqliteDatabase(path, {
      busyTimeoutMs: BUSY_TIMEOUT_MS,
      toError: (error) => toStoreError(path, error),
    });
    database.exec(ALONE);
    const version = readSchemaVersion(database);
    if (version > SCHEMA_VERSION) throw newerSchemaError(path, version);
    checkContent(database, version);
    // Only now: it is the first thing that writes to the file.
    database.exec(WITH_LOG);
    keepLogWithinLimit(database);
    const isMigrated = migrate(database) < SCHEMA_VERSION;
    leaveNoRemains(database, { isNew: version === 0 });
    // So that an older build can tell by the header alone, without opening what it must not touch; and after a daemon
    // that was killed, perhaps between a removal and its end.
    if (isMigrated || hadLog) emptyLog(database);
    checkTables(database);
    return database;
  } catch (error) {
    database?.[Symbol.dispose]();
    const cause = error instanceof AppError ? error.cause : error;
    if (cause instanceof SqliteError && isDamage(cause)) return cause;
    throw error;
  }
}

/** By itself the log grows to 4 MiB before it is used again from its beginning; a file may have less. */
function keepLogWithinLimit(database: SqliteDatabase): void {
  const pages = Math.floor(fileSizeLimit() * LOG_SHARE / PAGE_BYTES);
  if (pages < USUAL_LOG_PAGES) database.exec(`PRAGMA wal_autocheckpoint = ${pages || 1}`);
}

function checkContent(database: SqliteDatabase, version: number): void {
  const found = database.get("PRAGMA quick_check(1)")!.quick_check;
  if (found !== "ok") throw new SqliteError("damaged", String(found), undefined);
  if (version > 0) return;
  if (database.get("SELECT name FROM sqlite_master LIMIT 1") !== undefined) {
    throw new SqliteError("damaged", "its tables are not those of imp", undefined);
  }
}

/** A file with the right version number and other tables is no state of ours either. */
function checkTables(database: SqliteDatabase): void {
  try {
    new JobRepository(database, ignore).get("");
    new RunRepository(database, ignore).get("");
    new EventRepository(database, ignore).lastSeq();
    new EventRepository(database, ignore).since(0, 1);
  } catch (error) {
    const cause = error instanceof AppError ? error.cause : error;
    if (cause instanceof SqliteError && cause.failure === "other") {
      throw new SqliteError("damaged", cause.message, cause);
    }
    throw error;
  }
}

function ignore(): void {}

function createStore(
  path: string,
  database: SqliteDatabase,
  setAside: string | undefined,
  { clock, logger }: StoreOptions,
): Store {
  const onBadRow = (table: string, key: string, problem: string) =>
    logger.error("A record of the state makes no sense", { table, key, problem });
  database.settle();
  let hasName = false;
  const disk = new DiskSync({
    sync: async () => {
      await syncDatabase(path);
      // The log stays the same file as long as it is open.
      if (!hasName) syncDirectoryOf(path);
      hasName = true;
    },
    onProblem: (reason) => logger.warn("The state may not outlive a power cut", { reason }),
  });
  return {
    path,
    setAside,
    isInPlace: () => database.isInPlace(),
    remake: () => {
      const moved = database.foreignFiles().flatMap((file) =>
        moveAside(file, stampOf(clock)) ?? []
      );
      database.remake((exec) => exec(`${ALONE}; ${WITH_LOG}; ${KEEPS_NOTHING}`));
      keepLogWithinLimit(database);
      hasName = false;
      return moved;
    },
    jobs: new JobRepository(database, onBadRow),
    runs: new RunRepository(database, onBadRow),
    events: new EventRepository(database, onBadRow),
    transaction: (action) => {
      disk.commit();
      return commit(database, action);
    },
    forgetDeleted: () => {
      try {
        emptyLog(database);
      } catch (error) {
        logger.warn("What was removed is in the state's log for a while", {
          reason: messageOf(error),
        });
      }
    },
    sync: () => disk.settle(),
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}

function commit<T>(database: SqliteDatabase, action: () => T): T {
  const result = database.transaction(() => {
    const value = action();
    failpoint("store.before_commit");
    return value;
  });
  failpoint("store.after_commit");
  return result;
}
