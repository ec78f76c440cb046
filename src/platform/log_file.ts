import { AppError, messageOf } from "../base/app_error.ts";

/** What the file system says about a file. */
export interface LogFileStat {
  sizeBytes: number;
  modifiedAtMs: number;
  /** Its number in its file system; undefined where files have none. */
  inode: number | undefined;
}

/** What has become of the path that a file was opened by: it may lead to nothing, or to another file. */
export type FilePlace = "in place" | "removed" | "replaced";

/** A regular file, open for reading at any offset. */
export class LogFile implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #identity: string | undefined;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Opens `path`; undefined when there is nothing.
   * @throws AppError `logs.not_a_file` for a link, a device or a pipe, which would block; `logs.unreadable`
   */
  static open(path: string): LogFile | undefined {
    return orUnreadable(path, () => {
      const info = lstatOrUndefined(path);
      if (info === undefined) return undefined;
      if (!info.isFile) {
        throw new AppError("logs.not_a_file", `Not a regular file: ${JSON.stringify(path)}`, {
          hint: "Something replaced this output file; remove it and restart the job",
        });
      }
      try {
        return new LogFile(path, Deno.openSync(path));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    });
  }

  /** Its size, time and number. */
  stat(): LogFileStat {
    return orUnreadable(this.#path, () => toStat(this.#file.statSync()));
  }

  /** Whether others who open its path get this file. */
  place(): FilePlace {
    this.#identity ??= identityOf(this.#file.statSync());
    try {
      return identityOf(Deno.lstatSync(this.#path)) === this.#identity ? "in place" : "replaced";
    } catch {
      return "removed";
    }
  }

  /** Fills `buffer` from `offset` as far as there is something; returns how far. */
  readAt(offset: number, buffer: Uint8Array): number {
    return orUnreadable(this.#path, () => {
      this.#file.seekSync(offset, Deno.SeekMode.Start);
      let filled = 0;
      while (filled < buffer.length) {
        const count = this.#file.readSync(buffer.subarray(filled));
        if (count === null) break;
        filled += count;
      }
      return filled;
    });
  }

  /** Lets everything else in the process have its turn: reading is synchronous, and a long file would starve it. */
  async pause(): Promise<void> {
    await this.#file.stat();
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function orUnreadable<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      "logs.unreadable",
      `Cannot read ${JSON.stringify(path)}: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function lstatOrUndefined(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function identityOf({ dev, ino }: Deno.FileInfo): string {
  return `${dev}:${ino}`;
}

function toStat(info: Deno.FileInfo): LogFileStat {
  const { size, mtime, ino } = info;
  return { sizeBytes: size, modifiedAtMs: mtime?.getTime() ?? 0, inode: ino ?? undefined };
}

/** Size, time and number of a regular file; undefined when there is none. */
export function statLogFile(path: string): LogFileStat | undefined {
  const info = lstatOrUndefined(path);
  return info?.isFile ? toStat(info) : undefined;
}

/** The whole file, or nothing when there is none. */
export function readWholeFile(path: string): Uint8Array<ArrayBuffer> {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array();
    throw error;
  }
}

/**
 * Writes `bytes` at `offset` with one write(2), making the file (0600) when there is none.
 * @throws what the platform throws, also when only a part found room
 */
export function writeFileAt(path: string, offset: number, bytes: Uint8Array): void {
  using file = openToWrite(path);
  writeIn(file, offset, bytes);
}

function openToWrite(path: string): Deno.FsFile {
  return Deno.openSync(path, { write: true, create: true, mode: 0o600 });
}

function writeIn(file: Deno.FsFile, offset: number, bytes: Uint8Array): void {
  file.seekSync(offset, Deno.SeekMode.Start);
  const written = file.writeSync(bytes);
  if (written < bytes.length) throw new Error("no space left for all of it");
}

/** So many descriptors of this process may be kept for files that are written to often. */
const MOST_KEPT_OPEN = 128;

/**
 * A file that is written to many times a second, at any offset: kept open from one write to the next, unless too many
 * are already. What others put at its path meanwhile is found after {@linkcode OftenWrittenFile.close}.
 */
export class OftenWrittenFile implements Disposable {
  static #keptOpen = 0;
  readonly #path: string;
  #file: Deno.FsFile | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** As {@linkcode writeFileAt}. */
  writeAt(offset: number, bytes: Uint8Array): void {
    if (this.#file === undefined) {
      if (OftenWrittenFile.#keptOpen >= MOST_KEPT_OPEN) {
        writeFileAt(this.#path, offset, bytes);
        return;
      }
      this.#file = openToWrite(this.#path);
      OftenWrittenFile.#keptOpen++;
    }
    writeIn(this.#file, offset, bytes);
  }

  /** The next write opens what is at the path then. */
  close(): void {
    if (this.#file === undefined) return;
    OftenWrittenFile.#keptOpen--;
    this.#file.close();
    this.#file = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
