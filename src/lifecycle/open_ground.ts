import { dirname } from "@std/path/posix";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/logger.ts";
import { watchDirectories } from "../platform/directory_watch.ts";
import { type ImpPaths, runtimeDirs, stateDirs } from "../platform/paths.ts";
import type { DaemonLocks } from "./daemon_locks.ts";
import { type Ground, GroundDirectories } from "./ground.ts";
import { GroundWatch } from "./ground_watch.ts";

/** What the daemon's ground is watched with. */
export interface OpenGroundOptions {
  readonly paths: ImpPaths;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly rounds: Clock;
  readonly locks: DaemonLocks;
  /** Makes what tells all that the daemon stands on now, each before what depends on it. */
  readonly createGrounds: (directories: GroundDirectories) => () => readonly Ground[];
  /** Whether files of ours change all the time, so that looking costs less than being told. */
  readonly isBusy: () => boolean;
  /** Whether another daemon would be found where we are not. */
  readonly mayLeave: boolean;
  /** Called once, when another daemon has our locks, and the jobs are its, or when nobody will find us any more. */
  readonly onLost: (reason: string, isUnreachable: boolean) => void;
}

/** The watch over all that the daemon stands on; it holds the directories, too. */
export interface OpenGround extends Disposable {
  /** What users should know of. */
  readonly notices: string[];
}

/** Holds the daemon's directories and begins to watch all that it stands on. */
export function openGround(options: OpenGroundOptions): OpenGround {
  const { paths, clock, rounds, logger, locks, createGrounds, isBusy, mayLeave, onLost } = options;
  const open = new DisposableStack();
  const directories = open.use(new GroundDirectories(paths));
  const watch = open.use(
    new GroundWatch({
      clock,
      rounds,
      logger,
      grounds: createGrounds(directories),
      isBusy,
      openWatch: (callbacks) => watchDirectories(placesOf(paths), callbacks),
      onHopeless: ({ path }) => {
        if (locks.all.some((lock) => lock.path === path)) onLost("deposed", false);
        else if (mayLeave) onLost(`${path} cannot be had any more`, true);
      },
    }),
  );
  return {
    get notices() {
      return watch.notices;
    },
    [Symbol.dispose]: () => open.dispose(),
  };
}

/** The directories themselves, and those that they can be taken out of. */
function placesOf(paths: ImpPaths): string[] {
  const own = [...runtimeDirs(paths), ...stateDirs(paths)];
  return [...new Set([...own, dirname(paths.runtimeDir), dirname(paths.stateDir)])];
}
