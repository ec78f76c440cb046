import { dirname } from "@std/path/posix";
import { type Clock, toIsoTime } from "../base/clock.ts";
import type { PidFile } from "./pid_file.ts";
import { type DirectoryLock, holdDirectory } from "../platform/directory_lock.ts";
import { type FileKind, kindOf } from "../platform/file_kind.ts";
import { moveAside } from "../platform/move_aside.ts";
import { ensureDirs } from "../platform/ensure_dirs.ts";
import { type ImpPaths, runtimeDirs, stateDirs } from "../platform/paths.ts";

/** One thing that the daemon stands on. */
export interface Ground {
  readonly path: string;
  /** True when nobody finds us without it. */
  readonly isVital: boolean;
  /** Whether it is what we put there. */
  isSound(): boolean;
  /** Whether there is nothing at all at its path. */
  isAbsent(): boolean;
  /** Makes it as it was; returns what is to be said beside that, or nothing. Throws when it cannot. */
  mend(): string | Promise<string>;
}

/** What a {@linkcode Ground} is made of. */
export interface GroundOptions {
  readonly path: string;
  readonly isVital?: boolean;
  readonly isSound: () => boolean;
  /** What may be at the path when it is made anew; everything else is moved aside first. */
  readonly keeps?: FileKind;
  readonly remake: () => void | Promise<void>;
}

/** Makes grounds; what others have put in their places is moved aside, never removed. */
export class GroundMaker {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  make({ path, isVital = false, isSound, keeps, remake }: GroundOptions): Ground {
    return {
      path,
      isVital,
      isSound,
      isAbsent: () => kindOf(path) === "none",
      mend: async () => {
        const kind = kindOf(path);
        const aside = kind === "none" || kind === keeps ? undefined : this.#moveAside(path);
        await remake();
        return aside === undefined ? "" : `; what was in its place is now ${JSON.stringify(aside)}`;
      },
    };
  }

  /** Where it went; undefined when there was nothing. */
  #moveAside(path: string): string | undefined {
    return moveAside(path, toIsoTime(this.#clock.now()).replace(/[-:]/g, ""));
  }
}

/**
 * The daemon's directories. It holds them, too: cleaners of temporary files pass by what is held, and what is in it.
 */
export class GroundDirectories implements Disposable {
  readonly #paths: ImpPaths;
  readonly #held = new Map<string, DirectoryLock>();

  constructor(paths: ImpPaths) {
    this.#paths = paths;
    for (const path of this.#all) this.#hold(path);
  }

  get #all(): string[] {
    return [...runtimeDirs(this.#paths), ...stateDirs(this.#paths)];
  }

  [Symbol.dispose](): void {
    for (const lock of this.#held.values()) lock[Symbol.dispose]();
  }

  /** As grounds, each before those in it; first those that daemons share, which nobody holds. */
  grounds(maker: GroundMaker): Ground[] {
    const [runtime, state] = [runtimeDirs(this.#paths), [this.#paths.stateDir]];
    const vital = new Set([...runtime, ...runtime.map(dirname)]);
    const shared = new Set<string>([...runtime, ...state].map(dirname));
    const make = (path: string, isSound: () => boolean, remake: () => void) =>
      maker.make({ path, isVital: vital.has(path), isSound, keeps: "directory", remake });
    return [
      ...[...shared].map((path) =>
        make(path, () => kindOf(path) === "directory", () => ensureDirs(this.#paths))
      ),
      ...this.#all.map((path) =>
        make(path, () => this.#held.get(path)?.isInPlace() ?? false, () => {
          ensureDirs(this.#paths);
          this.#hold(path);
        })
      ),
    ];
  }

  #hold(path: string): void {
    const lock = holdDirectory(path);
    this.#held.get(path)?.[Symbol.dispose]();
    this.#held.set(path, lock);
  }
}

/** One of the locks that make us the only daemon. */
export function lockGround(maker: GroundMaker, lock: PidFile): Ground {
  return maker.make({
    path: lock.path,
    isVital: true,
    isSound: () => lock.isStillOurs(),
    keeps: "file",
    remake: () => {
      if (!lock.retake()) throw new Error("another daemon holds the one that is there now");
    },
  });
}
