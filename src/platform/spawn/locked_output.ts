import type { Descriptors } from "./descriptors.ts";
import { errnoName, errnoOf, lastErrno, OpenFlag, openLibc } from "../libc.ts";
import { spawnFailed } from "./spawn_failure.ts";

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

function isNoRegularFile(path: string): boolean {
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
