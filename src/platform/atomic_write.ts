import { failpoint } from "./failpoint.ts";

/** Options of {@linkcode writeFileAtomic}. */
export interface AtomicWriteOptions {
  /** Permissions of the file; 0600 by default. */
  mode?: number;
  /** Whether the file must survive a power cut right afterwards. */
  fsync?: boolean;
}

/**
 * Writes a whole file so that readers see the old text or the new one, never a part. What is at `path` (a link, too)
 * is replaced. On failure nothing is left behind and the platform's error is thrown.
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: AtomicWriteOptions = {},
): void {
  const mode = options.mode ?? 0o600;
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    writeNew(temporary, content, { mode, fsync: options.fsync ?? false });
    failpoint("file.before_rename");
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  if (options.fsync) syncDirectoryOf(path);
}

function writeNew(
  path: string,
  content: string | Uint8Array,
  options: Required<AtomicWriteOptions>,
): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  using file = Deno.openSync(path, { write: true, createNew: true, mode: options.mode });
  for (let offset = 0; offset < bytes.length;) offset += file.writeSync(bytes.subarray(offset));
  // The umask may have taken rights away that the caller asked for.
  if ((options.mode & 0o077) !== 0) Deno.chmodSync(path, options.mode);
  if (options.fsync) file.syncSync();
}

/** A new name, too, is only safe once its directory is on the disk. */
export function syncDirectoryOf(path: string): void {
  const dir = path.slice(0, path.lastIndexOf("/")) || (path.startsWith("/") ? "/" : ".");
  using directory = Deno.openSync(dir, { read: true });
  directory.syncSync();
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was never made, or is already the file itself.
  }
}
