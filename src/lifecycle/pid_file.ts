import { AppError } from "../base/app_error.ts";
import { toIsoTime } from "../base/clock.ts";
import { formatPidFile, type PidFileOwner, readPidFile } from "../facts/pid_text.ts";
import { failpoint } from "../platform/failpoint.ts";
import { type FileLock, tryFileLock } from "../platform/file_lock.ts";
import { removeFile } from "../platform/remove_file.ts";

/** The lock that makes us the only one; held until disposed of, which also removes the file. */
export interface PidFile extends Disposable {
  readonly path: string;
  /** False when somebody removed or replaced the file: another could then believe to be the only one. */
  isStillOurs(): boolean;
  /** Locks the file that is at the path now, making one where there is none; false when somebody else has. */
  retake(): boolean;
}

/**
 * Becomes the only process of its kind. The lock decides, not the file: one left by a crash, or naming another process,
 * hinders nothing.
 * @throws AppError `daemon.already_running` naming who holds it
 */
export function acquirePidFile(path: string, owner: PidFileOwner): PidFile {
  const taken = tryFileLock(path);
  if (taken === undefined) throw alreadyRunning(path);
  let lock = taken;
  failpoint("lock.taken");
  sign(lock, owner);
  return {
    path,
    isStillOurs: () => lock.isStillAt(),
    retake() {
      const next = tryFileLock(path);
      if (next === undefined) return false;
      sign(next, owner);
      lock[Symbol.dispose]();
      lock = next;
      return true;
    },
    [Symbol.dispose]() {
      // While we hold the lock nobody else can have come to rely on the file.
      failpoint("lock.before_release");
      if (lock.isStillAt()) removeFile(path);
      failpoint("lock.file_removed");
      lock[Symbol.dispose]();
    },
  };
}

function sign(lock: FileLock, owner: PidFileOwner): void {
  try {
    lock.writeText(formatPidFile(owner));
  } catch {
    // The text is for people; a full disk is no reason not to run.
  }
}

function alreadyRunning(path: string): AppError {
  const owner = readPidFile(path);
  const who = owner
    ? `pid ${owner.pid}, since ${toIsoTime(owner.startedAtMs)}`
    : `it holds ${path}`;
  return new AppError("daemon.already_running", `A daemon is already running (${who})`, {
    hint: "Use it, or end it with `imp daemon stop`",
  });
}
