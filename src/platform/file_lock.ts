import { AppError, messageOf } from "../base/app_error.ts";
import { delay } from "../base/clock.ts";
import { systemClock } from "./system_clock.ts";

/** An exclusive `flock`, held until disposed of; the file stays where it is. */
export interface FileLock extends Disposable {
  readonly path: string;
  /** Replaces the file's text, which is for people: the lock is what counts. */
  writeText(text: string): void;
  /** Whether the locked file is still the one at `path` (its own by default). */
  isStillAt(path?: string): boolean;
}

/** Those who only look may be in the way: for microseconds, or as long as a busy machine keeps them waiting. */
const LONGEST_LOOK_MS = 500;
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 25;

/**
 * Takes the lock if nobody holds it.
 * @throws AppError `permission.unsafe_file` when there is a symlink or no regular file at `path`
 */
export function tryFileLock(path: string): FileLock | undefined {
  const deadline = systemClock.monotonic() + LONGEST_LOOK_MS;
  for (;;) {
    const lock = tryOnce(path);
    // A shared lock that we can share is that of somebody who only looks; a holder's is exclusive.
    if (lock !== undefined || isLockHeld(path)) return lock;
    if (systemClock.monotonic() > deadline) return undefined;
  }
}

/** Waits for the lock; rejects with the signal's reason when it is aborted first. */
export async function waitForFileLock(
  path: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<FileLock> {
  // A blocking flock(2) could not be called off, and would keep a thread.
  for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    options.signal?.throwIfAborted();
    const lock = tryOnce(path);
    if (lock !== undefined) return lock;
    await delay(systemClock, pauseMs * (0.5 + Math.random() / 2), options.signal);
  }
}

/** Whether anybody holds the lock of `path`; false when there is no such file, or something else in its place. */
export function isLockHeld(path: string): boolean {
  let file: Deno.FsFile;
  try {
    // Looked at first, because opening a FIFO would wait for its writer.
    if (!Deno.lstatSync(path).isFile) return false;
    file = Deno.openSync(path, { read: true });
  } catch (error) {
    const isNone = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isNone) return false;
    throw unreadable(path, error);
  }
  try {
    // Shared, so that two who look at the same time do not take each other for a holder.
    const isFree = file.tryLockSync(false);
    if (isFree) file.unlockSync();
    return !isFree;
  } finally {
    file.close();
  }
}

/** Whether a lock could not be taken because its directory is gone: who makes it again may try again. */
export function isDirectoryGone(error: unknown): boolean {
  return error instanceof AppError && error.code === "permission.lock_file" &&
    error.cause instanceof Deno.errors.NotFound;
}

/** What the holder wrote into its lock file, if it can be read. */
export function readLockText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

function tryOnce(path: string): FileLock | undefined {
  refuseStrangeFile(path);
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (error) {
    throw unreadable(path, error);
  }
  const lock = new HeldLock(path, file);
  let isOurs = false;
  try {
    refuseStrangeFile(path);
    // Somebody may have put another file there in between: a lock on the old one would exclude nobody.
    isOurs = file.tryLockSync(true) && lock.isStillAt();
  } finally {
    if (!isOurs) file.close();
  }
  return isOurs ? lock : undefined;
}

class HeldLock implements FileLock {
  readonly path: string;
  readonly #file: Deno.FsFile;
  #isReleased = false;

  constructor(path: string, file: Deno.FsFile) {
    this.path = path;
    this.#file = file;
  }

  writeText(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#file.truncateSync(0);
    this.#file.seekSync(0, Deno.SeekMode.Start);
    for (let at = 0; at < bytes.length;) at += this.#file.writeSync(bytes.subarray(at));
  }

  isStillAt(path: string = this.path): boolean {
    try {
      const ours = this.#file.statSync();
      const there = Deno.lstatSync(path);
      return ours.dev === there.dev && ours.ino === there.ino;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw unreadable(path, error);
    }
  }

  [Symbol.dispose](): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    // By name: a child that is being started has the file until its exec, and with that the lock.
    this.#file.unlockSync();
    this.#file.close();
  }
}

function refuseStrangeFile(path: string): void {
  let info: Deno.FileInfo;
  try {
    info = Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw unreadable(path, error);
  }
  if (info.isFile) return;
  const what = info.isSymlink ? "a symbolic link" : "no regular file";
  throw new AppError("permission.unsafe_file", `Cannot lock "${path}": it is ${what}`, {
    hint: "Remove it if you did not put it there",
  });
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError("permission.lock_file", `Cannot lock "${path}": ${messageOf(cause)}`, {
    cause,
  });
}
