import { AppError, messageOf } from "../base/app_error.ts";
import { fileSizeLimit } from "../platform/file_size_limit.ts";
import { type SqlFailure, SqliteError } from "../platform/sqlite.ts";
import { SCHEMA_VERSION } from "./migrations.ts";

const REASONS: Readonly<Partial<Record<SqlFailure, string>>> = {
  disk_full: "the disk is full",
  read_only: "the file or its file system is read-only",
  io_error: "the disk is full or reports an I/O error",
  cannot_open: "the file or its directory cannot be written",
};

/** True for a file whose content is wrong, as against one that cannot be reached or written now. */
export function isDamage(error: SqliteError): boolean {
  return error.failure === "damaged" || error.failure === "not_a_database";
}

/** Anything that SQLite or the file system refused, as an AppError `store.*` that names the path. */
export function toStoreError(path: string, error: unknown): Error {
  const quoted = JSON.stringify(path);
  if (!(error instanceof SqliteError)) {
    return new AppError(
      "store.unwritable",
      `Cannot open the state ${quoted}: ${messageOf(error)}`,
      {
        hint: "Give the state directory back to this user, then type the command again",
        cause: error,
      },
    );
  }
  const reason = REASONS[error.failure];
  if (reason !== undefined) {
    return new AppError("store.unwritable", `Cannot write the state ${quoted}: ${reason}`, {
      hint: hintFor(error.failure),
      cause: error,
    });
  }
  if (error.failure === "busy") {
    return new AppError("store.busy", `Cannot use the state ${quoted}: another process holds it`, {
      hint: "Close whatever has the file open, then type the command again",
      cause: error,
    });
  }
  if (isDamage(error)) {
    return new AppError("store.damaged", `The state ${quoted} is damaged: ${error.message}`, {
      hint: "Type `imp daemon restart`: the file is moved aside and running jobs are found again",
      cause: error,
    });
  }
  return error;
}

function hintFor(failure: SqlFailure): string {
  const limitBytes = fileSizeLimit();
  if (Number.isFinite(limitBytes)) {
    return `The daemon's files may have ${limitBytes} bytes (ulimit -f): ` +
      "type `imp daemon restart` where there is no such limit; running jobs are not affected";
  }
  return failure === "disk_full"
    ? "Free some space; running jobs are not affected, and imp signal reaches them"
    : "Make it writable again; running jobs are not affected";
}

/** The file was written by a build that knows more than this one. */
export function newerSchemaError(path: string, version: number): AppError {
  return new AppError(
    "store.newer_schema",
    `The state ${JSON.stringify(path)} has schema ${version}, and this imp knows ${SCHEMA_VERSION}`,
    { hint: "Use the newer imp that wrote it; nothing was changed" },
  );
}
