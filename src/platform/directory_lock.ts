/** A directory that is held until disposed of. */
export interface DirectoryLock extends Disposable {
  readonly path: string;
  /** False once the directory was removed, renamed or replaced. */
  isInPlace(): boolean;
}

/**
 * Has cleaners of temporary files pass a directory by, with all that is in it: systemd-tmpfiles asks for a `flock` of
 * each directory first (tmpfiles.d(5)). Whoever else holds it serves as well.
 */
export function holdDirectory(path: string): DirectoryLock {
  const directory = Deno.openSync(path, { read: true });
  const { dev, ino } = directory.statSync();
  let isHeld = tryHold(directory);
  return {
    path,
    isInPlace() {
      isHeld ||= tryHold(directory);
      try {
        const there = Deno.lstatSync(path);
        return there.dev === dev && there.ino === ino;
      } catch {
        return false;
      }
    },
    [Symbol.dispose]: () => directory.close(),
  };
}

function tryHold(directory: Deno.FsFile): boolean {
  try {
    return directory.tryLockSync(true);
  } catch {
    // A file system without locks: the directory is watched all the same.
    return true;
  }
}
