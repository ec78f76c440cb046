import { basename, dirname, join } from "@std/path/posix";
import { AppError, reasonOf } from "../base/app_error.ts";
import { fileExists, removeFile } from "./remove_file.ts";
import { systemClock } from "./system_clock.ts";

const MODE = 0o755;

/** What a swap that was killed has left is not another's that is under way. */
const LEFT_AFTER_MS = 3_600_000;

/**
 * A new executable that takes the place of another by a rename: whoever starts it gets the old one or the new one, whole,
 * and what runs of the old one is not written to. Closing it removes what it did not put in place.
 */
export class ExecutableSwap implements Disposable {
  readonly #path: string;
  readonly #old: string;
  /** Where the new one is until it is put in place. */
  readonly fresh: string;

  constructor(path: string) {
    this.#path = path;
    this.fresh = besides(path, "new");
    this.#old = besides(path, "old");
  }

  /** Writes the new one to the disk, beside the old one. @throws AppError `permission.not_writable` */
  write(content: Uint8Array): void {
    try {
      using file = Deno.openSync(this.fresh, {
        ...{ write: true, create: true, truncate: true },
        mode: MODE,
      });
      for (let offset = 0; offset < content.length;) {
        offset += file.writeSync(content.subarray(offset));
      }
      // Whatever the umask is: other users may use it as before.
      Deno.chmodSync(this.fresh, Deno.statSync(this.#path).mode! & 0o777);
      file.syncSync();
    } catch (cause) {
      throw notWritable(this.#path, cause);
    }
  }

  /** @throws AppError `permission.not_writable` */
  putInPlace(): void {
    try {
      keep(this.#path, this.#old);
      Deno.renameSync(this.fresh, this.#path);
    } catch (cause) {
      throw notWritable(this.#path, cause);
    }
  }

  /** Puts the old one back; nothing when it is in its place. */
  undo(): void {
    if (fileExists(this.#old)) Deno.renameSync(this.#old, this.#path);
  }

  [Symbol.dispose](): void {
    removeFile(this.fresh);
    removeFile(this.#old);
  }
}

/**
 * Prepares to replace the executable at `path`.
 * @throws AppError `permission.not_writable` when that cannot be done, before anybody waits for a download
 */
export function openExecutableSwap(path: string): ExecutableSwap {
  const swap = new ExecutableSwap(path);
  swap.write(new Uint8Array());
  removeLeftovers(path);
  return swap;
}

function besides(path: string, what: string): string {
  return join(dirname(path), `.${basename(path)}.${Deno.pid}.${what}`);
}

/** By a second name, which costs no space; where there are no such names, by a copy. */
function keep(path: string, as: string): void {
  try {
    Deno.linkSync(path, as);
  } catch {
    Deno.copyFileSync(path, as);
  }
}

function removeLeftovers(path: string): void {
  const pattern = new RegExp(`^\\.${RegExp.escape(basename(path))}\\.\\d+\\.(new|old)$`);
  for (const { name } of Deno.readDirSync(dirname(path))) {
    if (!pattern.test(name)) continue;
    const left = join(dirname(path), name);
    if (systemClock.now() - (Deno.lstatSync(left).ctime?.getTime() ?? 0) > LEFT_AFTER_MS) {
      removeFile(left);
    }
  }
}

function notWritable(path: string, cause: unknown): AppError {
  return new AppError("permission.not_writable", `Cannot replace ${path}: ${reasonOf(cause)}`, {
    hint: "Type it as the user whom it belongs to, or install an imp of your own with install.sh",
    cause,
  });
}
