import type { Clock } from "../base/clock.ts";
import { type AppendFile, openAppendFile, renameFile } from "../platform/append_file.ts";
import { failpoint } from "../platform/failpoint.ts";
import { removeFile } from "../platform/remove_file.ts";

/** What can be changed while the file is open. */
export interface RotationLimits {
  /** A line that would make the file larger goes to a new one; 0 for no limit. */
  readonly maxBytes: number;
  /** How many old files stay: `daemon.log.1` is the newest of them. */
  readonly kept: number;
}

/** What a {@linkcode RotatingFile} needs. */
export interface RotatingFileOptions extends RotationLimits {
  readonly path: string;
  readonly clock: Clock;
  /** Told after each opening, so that our stderr can follow. */
  readonly onOpened?: ((path: string) => void) | undefined;
}

/** How often it is checked whether the file is still there, and what others added to it. */
const LOOK_INTERVAL_MS = 5_000;
/** How long a failed opening or rotation is left alone. */
const RETRY_INTERVAL_MS = 1_000;
const MOST_OLD_FILES = 1_000;

/**
 * A file of lines that is put aside at local midnight and when it is full. Survives its removal, a renaming by logrotate
 * (with or without being told), full disks and read-only directories; never throws. By hand, because
 * `RotatingFileHandler` of `@std/log` knows no days, does not notice that its file was renamed, and throws where the disk
 * is full.
 */
export class RotatingFile implements Disposable {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #onOpened: ((path: string) => void) | undefined;
  #limits: RotationLimits;
  #file: AppendFile | undefined;
  #sizeBytes = 0;
  #day = "";
  #isTorn = false;
  #lookAtMs = -Infinity;
  #openAtMs = -Infinity;
  #rotateAtMs = -Infinity;

  constructor({ path, clock, maxBytes, kept, onOpened }: RotatingFileOptions) {
    this.#path = path;
    this.#clock = clock;
    this.#onOpened = onOpened;
    this.#limits = { maxBytes, kept };
    this.#open();
  }

  /** Takes other limits from the next line on. */
  configure(limits: RotationLimits): void {
    this.#limits = { maxBytes: limits.maxBytes, kept: limits.kept };
  }

  /** Appends a line that ends with its line feed; false when it could not be written whole. */
  write(line: Uint8Array): boolean {
    this.#look();
    if (this.#isDue(line.length)) this.#rotate();
    if (!this.#file) this.#open();
    if (!this.#file) return false;
    if (this.#isTorn && this.#file.append(LINE_FEED) === 0) return false;
    const written = this.#file.append(line);
    this.#isTorn = written > 0 && written < line.length;
    this.#sizeBytes += written;
    this.#day = this.#today();
    return written === line.length;
  }

  /** False while what is written goes nowhere: the file was removed, replaced, or could not be opened. */
  isInPlace(): boolean {
    return this.#file?.isStillAt(this.#path) ?? false;
  }

  /** Lets go of the file and opens what is at the path now: for those who rename it themselves. */
  reopen(): void {
    this.#close();
    this.#openAtMs = -Infinity;
    this.#open();
  }

  [Symbol.dispose](): void {
    this.#close();
    this.#openAtMs = Infinity;
  }

  #open(): void {
    if (this.#clock.monotonic() < this.#openAtMs) return;
    this.#openAtMs = this.#clock.monotonic() + RETRY_INTERVAL_MS;
    try {
      this.#file = openAppendFile(this.#path);
      const { sizeBytes, modifiedAtMs } = this.#file.stat();
      this.#sizeBytes = sizeBytes;
      this.#day = sizeBytes === 0 ? this.#today() : dayOf(modifiedAtMs);
      this.#isTorn = false;
      this.#lookAtMs = this.#clock.monotonic() + LOOK_INTERVAL_MS;
      this.#onOpened?.(this.#path);
    } catch {
      // The next line tries again.
    }
  }

  #close(): void {
    this.#file?.[Symbol.dispose]();
    this.#file = undefined;
  }

  #look(): void {
    if (!this.#file || this.#clock.monotonic() < this.#lookAtMs) return;
    this.#lookAtMs = this.#clock.monotonic() + LOOK_INTERVAL_MS;
    try {
      if (this.#file.isStillAt(this.#path)) this.#sizeBytes = this.#file.stat().sizeBytes;
      else this.reopen();
    } catch {
      // What cannot be looked at is written to as before.
    }
  }

  #isDue(moreBytes: number): boolean {
    if (this.#sizeBytes === 0 || this.#clock.monotonic() < this.#rotateAtMs) return false;
    const { maxBytes } = this.#limits;
    return this.#day !== this.#today() || (maxBytes > 0 && this.#sizeBytes + moreBytes > maxBytes);
  }

  #rotate(): void {
    this.#rotateAtMs = this.#clock.monotonic() + RETRY_INTERVAL_MS;
    const { kept } = this.#limits;
    try {
      for (let number = kept - 1; number >= 1; number--) {
        renameFile(`${this.#path}.${number}`, `${this.#path}.${number + 1}`);
      }
      if (kept > 0) renameFile(this.#path, `${this.#path}.1`);
      else removeFile(this.#path);
      failpoint("log.renamed");
      this.#removeBeyond(kept);
      this.reopen();
      this.#rotateAtMs = -Infinity;
    } catch {
      // A directory that does not let us: the file grows on.
    }
  }

  /** After `kept` was lowered there are more old files than one. */
  #removeBeyond(kept: number): void {
    for (let number = kept + 1; number <= MOST_OLD_FILES; number++) {
      if (!removeFile(`${this.#path}.${number}`)) return;
    }
  }

  #today(): string {
    return dayOf(this.#clock.now());
  }
}

const LINE_FEED = new TextEncoder().encode("\n");

/** The day in the time zone of whoever reads the log. */
function dayOf(timeMs: number): string {
  const date = new Date(timeMs);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}
