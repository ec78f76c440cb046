/** A file that is only ever added to, through one descriptor that is not inherited by children. */
export interface AppendFile extends Disposable {
  /** Appends, and returns how many of the bytes the disk took: fewer than all when it is full. */
  append(bytes: Uint8Array): number;
  stat(): { sizeBytes: number; modifiedAtMs: number };
  /** False once the file was renamed, removed or replaced. */
  isStillAt(path: string): boolean;
}

/** Opens `path` for appending; one that was not there is made with mode 0600 whatever the umask. */
export function openAppendFile(path: string): AppendFile {
  const isNew = inodeOf(path) === undefined;
  const file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
  if (isNew) Deno.chmodSync(path, 0o600);
  const opened = file.statSync();
  return {
    append(bytes) {
      let written = 0;
      try {
        while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
      } catch {
        // A full disk, a broken one: the count tells.
      }
      return written;
    },
    stat() {
      const now = file.statSync();
      return { sizeBytes: now.size, modifiedAtMs: now.mtime?.getTime() ?? 0 };
    },
    isStillAt: (where) => inodeOf(where) === `${opened.dev}:${opened.ino}`,
    [Symbol.dispose]: () => file.close(),
  };
}

/** Moves a file over another; false when there is none at `from`. */
export function renameFile(from: string, to: string): boolean {
  try {
    Deno.renameSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Writes to our stderr at once; what it does not take is lost, for there is nobody to tell. */
export function writeToStderr(bytes: Uint8Array): void {
  try {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(Deno.stderr.writeSync(rest));
  } catch {
    // A closed terminal or a full pipe must not end whoever logs.
  }
}

function inodeOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
