import type { Descriptors } from "./descriptors.ts";
import { kindOf } from "../file_kind.ts";
import { isLockHeld } from "../file_lock.ts";
import {
  errnoName,
  errnoOf,
  lastErrno,
  openDescriptor,
  OpenFlag,
  openLibc,
  toCString,
} from "../libc.ts";
import { spawnFailed } from "./spawn_failure.ts";

const ACCESS_EXISTS = 0;
const LOCK_SHARED_NOW = 1 | 4;
const LOCK_EXCLUSIVE_NOW = 2 | 4;
const MOST_LOCK_TRIES = 1_000;
const LOCK_PAUSE_US = 1_000;

/**
 * Opens the file of a stream for appending, made when missing, and locks it (flock): its open description holds the
 * lock as long as anybody has it.
 * @throws AppError `job.spawn_failed`
 */
export function openLockedOutput(descriptors: Descriptors, path: string): number {
  // Looked at first, because opening a FIFO would wait for its reader.
  if (isNoRegularFile(path)) throw spawnFailed(`its output file "${path}" is no regular file`);
  const flags = OpenFlag.writeOnly | OpenFlag.create | OpenFlag.append | OpenFlag.noFollow;
  const fd = descriptors.open(path, flags);
  lock(fd, path);
  return fd;
}

/** How it stands with the file of a stream: `held`: somebody has it locked; `none`: there is nothing at its path. */
export type OutputFileState = "held" | "free" | "none";

/**
 * Looks whether somebody holds the file of a stream. As `isLockHeld` does for any file, without the dear ways of the
 * platform's own calls: it is asked of every stream again and again.
 * @throws AppError `permission.lock_file` where it cannot be looked at
 */
export function outputFileState(path: string): OutputFileState {
  const symbols = openLibc();
  // What is no file is opened without waiting for whoever is at its other end.
  const flags = OpenFlag.readOnly | OpenFlag.nonBlocking | OpenFlag.noFollow;
  const fd = openDescriptor(path, flags);
  if (fd < 0) return isLockHeld(path) ? "held" : kindOf(path) === "none" ? "none" : "free";
  // Shared, so that two who look at the same time do not take each other for a holder; closing lets go of it.
  const isFree = symbols.flock(fd, LOCK_SHARED_NOW) === 0;
  symbols.close(fd);
  return isFree ? "free" : "held";
}

/** Whether somebody holds the file of a stream; see {@linkcode outputFileState}. */
export function isOutputHeld(path: string): boolean {
  return outputFileState(path) === "held";
}

function isNoRegularFile(path: string): boolean {
  // As a rule there is nothing, which this tells without an error.
  if (openLibc().access(toCString(path), ACCESS_EXISTS) !== 0) return false;
  try {
    return !Deno.lstatSync(path).isFile;
  } catch {
    return false;
  }
}

function lock(fd: number, path: string): void {
  const symbols = openLibc();
  for (let left = MOST_LOCK_TRIES; left > 0; left--) {
    if (symbols.flock(fd, LOCK_EXCLUSIVE_NOW) === 0) return;
    const errno = lastErrno();
    if (errno !== errnoOf("EAGAIN")) {
      throw spawnFailed(`cannot lock its output file "${path}" (${errnoName(errno)})`);
    }
    // What can be shared is held by somebody who only looks, and not for long.
    if (symbols.flock(fd, LOCK_SHARED_NOW) !== 0) break;
    symbols.usleep(LOCK_PAUSE_US);
  }
  throw spawnFailed(`another process still writes to "${path}"`);
}
