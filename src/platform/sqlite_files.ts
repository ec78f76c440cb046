/** The three files that are one SQLite database in WAL mode. */
const SUFFIXES = ["", "-wal", "-shm"] as const;

const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
/** Where the header has `PRAGMA user_version`: https://www.sqlite.org/fileformat.html section 1.3 */
const USER_VERSION_OFFSET = 60;
/** The last byte tells the byte order of the checksums: fileformat.html section 4.1 */
const WAL_MAGIC = 0x377f0682;

/** What can be told about a database without opening it, which would change its files. */
export interface DatabaseHeader {
  sizeBytes: number;
  walSizeBytes: number;
  /** False when there is a write-ahead log that SQLite would throw away unread. */
  isWalSound: boolean;
  /** Undefined when the file does not begin like a database. */
  userVersion: number | undefined;
}

/** Looks at the first bytes; undefined when there is no file. */
export function readDatabaseHeader(path: string): DatabaseHeader {
  const head = readHead(path, HEADER_BYTES);
  const wal = readHead(`${path}-wal`, 4);
  const isDatabase = head.bytes.length === HEADER_BYTES &&
    new TextDecoder().decode(head.bytes.subarray(0, MAGIC.length)) === MAGIC;
  return {
    sizeBytes: head.sizeBytes,
    walSizeBytes: wal.sizeBytes,
    isWalSound: wal.sizeBytes === 0 ||
      (wal.bytes.length === 4 && (viewOf(wal.bytes).getUint32(0) & ~1) >>> 0 === WAL_MAGIC),
    userVersion: isDatabase ? viewOf(head.bytes).getInt32(USER_VERSION_OFFSET) : undefined,
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readHead(path: string, length: number): { bytes: Uint8Array; sizeBytes: number } {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(length);
    return { bytes: bytes.subarray(0, file.readSync(bytes) ?? 0), sizeBytes: file.statSync().size };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { bytes: new Uint8Array(), sizeBytes: 0 };
    throw error;
  }
}

/** Whether something is there in the place of the database, or of its log or index, that is no regular file. */
export function isDatabaseReplaced(path: string): { database: boolean; log: boolean } {
  return { database: isStrange(path), log: isStrange(`${path}-wal`) || isStrange(`${path}-shm`) };
}

function isStrange(path: string): boolean {
  try {
    return !Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Resolves when what was committed is on the disk itself, so that a power cut leaves it, too. */
export async function syncDatabase(path: string): Promise<void> {
  try {
    // Commits stay in the log until SQLite moves them, and it syncs what it moves.
    using log = await Deno.open(`${path}-wal`);
    await log.syncData();
  } catch (error) {
    // Closing the database has moved it all.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Makes the file for this user alone; SQLite gives the -wal and -shm files the mode that the database has. */
export function makeDatabasePrivate(path: string): void {
  try {
    Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  for (const suffix of SUFFIXES) {
    try {
      const { mode } = Deno.statSync(path + suffix);
      if (mode !== null && (mode & 0o077) !== 0) Deno.chmodSync(path + suffix, 0o600);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** Renames the files, or the write-ahead log alone, to names that were free; returns the new path of the first. */
export function setDatabaseAside(path: string, stamp: string, only?: "-wal"): string {
  const suffixes = only === undefined ? SUFFIXES : ["-wal", "-shm"] as const;
  let target = `${path}.corrupt-${stamp}`;
  for (let count = 2; SUFFIXES.some((suffix) => exists(target + suffix)); count++) {
    target = `${path}.corrupt-${stamp}-${count}`;
  }
  for (const suffix of suffixes) {
    try {
      Deno.renameSync(path + suffix, target + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return only === undefined ? target : target + only;
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
