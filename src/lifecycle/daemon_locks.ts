import type { PidFileOwner } from "../facts/pid_text.ts";
import { acquirePidFile, type PidFile } from "./pid_file.ts";
import { isDirectoryGone } from "../platform/file_lock.ts";
import { ensureDirs } from "../platform/ensure_dirs.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { releaseLock } from "./release_lock.ts";

/** So often the directories may vanish under us, because a `nuke` is at work, before we give up. */
const MOST_TRIES = 10;

/** The two locks that make us the only daemon: of the runtime directory, and of the state. */
export class DaemonLocks {
  readonly #paths: ImpPaths;
  readonly #pidFile: PidFile;
  readonly #stateLock: PidFile;

  private constructor(paths: ImpPaths, pidFile: PidFile, stateLock: PidFile) {
    this.#paths = paths;
    this.#pidFile = pidFile;
    this.#stateLock = stateLock;
  }

  /**
   * Takes both, and makes the directories where they are.
   * @throws AppError `daemon.already_running`, `permission.*`
   */
  static take(paths: ImpPaths, who: PidFileOwner): DaemonLocks {
    const owner = { ...who, stateDir: paths.stateDir };
    const pidFile = takeAt(paths, paths.pidFile, owner);
    try {
      return new DaemonLocks(paths, pidFile, takeAt(paths, paths.stateLock, owner));
    } catch (error) {
      pidFile[Symbol.dispose]();
      throw error;
    }
  }

  /** Both, in the order in which they are taken. */
  get all(): readonly PidFile[] {
    return [this.#pidFile, this.#stateLock];
  }

  /** Lets go of both, which is the last thing that a daemon does; with `erase` nothing of these paths is left. */
  release(erase: boolean): void {
    this.#stateLock[Symbol.dispose]();
    releaseLock(this.#pidFile, erase ? this.#paths : undefined);
  }
}

function takeAt(paths: ImpPaths, path: string, owner: PidFileOwner): PidFile {
  for (let left = MOST_TRIES;; left--) {
    try {
      // Under the lock of the runtime directory nobody nukes any more: what is made now stays.
      ensureDirs(paths);
      return acquirePidFile(path, owner);
    } catch (error) {
      if (left === 0 || !isDirectoryGone(error)) throw error;
    }
  }
}
