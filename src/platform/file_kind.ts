/** What is at a path itself, links not followed; `foreign` is anybody else's, whatever it is. */
export type FileKind = "none" | "file" | "directory" | "link" | "socket" | "other" | "foreign";

/** Looks what is at `path`. */
export function kindOf(path: string): FileKind {
  try {
    const info = Deno.lstatSync(path);
    if (info.uid !== null && info.uid !== Deno.uid()) return "foreign";
    if (info.isFile) return "file";
    if (info.isDirectory) return "directory";
    if (info.isSymlink) return "link";
    return info.isSocket ? "socket" : "other";
  } catch (error) {
    const isNone = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isNone) return "none";
    throw error;
  }
}

/** Tells a file from all others that there are at the same time; undefined when there is none. */
export function fileIdOf(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.lstatSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** Tells a file from any other that may come to its path later; undefined when there is none. */
export function fingerprintOf(path: string): string | undefined {
  try {
    const { dev, ino, mtime } = Deno.lstatSync(path);
    // The number of a file that is gone is soon another's.
    return `${dev}:${ino}:${mtime?.getTime()}`;
  } catch {
    return undefined;
  }
}
