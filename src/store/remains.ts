import type { SqliteDatabase } from "../platform/sqlite.ts";

/** In the header of a database (`PRAGMA application_id`), "imp" and a 1: what was deleted from it is not in it. */
const FREE_OF_REMAINS = 0x696d_7001;

/** What is deleted is overwritten, and there is no copy of it in a directory for temporary files. */
export const KEEPS_NOTHING = "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY";

/**
 * From here on what is deleted or replaced is overwritten, not only marked as free: environments are secrets. What a
 * build before ours left in free pages is removed, once; where that fails (it takes the room of the database a second
 * time) it is tried again at the next start.
 */
export function leaveNoRemains(database: SqliteDatabase, { isNew }: { isNew: boolean }): void {
  database.exec(KEEPS_NOTHING);
  if (database.get("PRAGMA application_id")!.application_id === FREE_OF_REMAINS) return;
  try {
    if (!isNew) database.exec("VACUUM");
    database.exec(`PRAGMA application_id = ${FREE_OF_REMAINS}`);
  } catch {
    // A full disk is no reason not to start.
  }
}

/**
 * Empties the write-ahead log into the database: what was deleted since is in the log still, as it was before.
 * @throws what the database throws, as on a full disk
 */
export function emptyLog(database: SqliteDatabase): void {
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}
