/** An exclusive `flock`, held until disposed of; the file stays where it is. */
export interface FileLock extends Disposable {
  readonly path: string;
  /** Replaces the file's text, which is for people: the lock is what counts. */
  writeText(text: string): void;
  /** Whether the locked file is still the one at `path` (its own by default). */
  isStillAt(path?: string): boolean;
}

/**
 * Takes the lock if nobody holds it.
 * @throws AppError `permission.unsafe_file` when there is a symlink or no regular file at `path`
 */
export function tryFileLock(_path: string): FileLock | undefined {
  throw new Error("not there yet");
}

/** Waits for the lock; rejects with the signal's reason when it is aborted first. */
export function waitForFileLock(
  _path: string,
  _options: { signal?: AbortSignal | undefined } = {},
): Promise<FileLock> {
  throw new Error("not there yet");
}

/** Whether anybody holds the lock of `path`; false when there is no such file. */
export function isLockHeld(_path: string): boolean {
  throw new Error("not there yet");
}

/** What the holder wrote into its lock file, if it can be read. */
export function readLockText(_path: string): string | undefined {
  throw new Error("not there yet");
}
