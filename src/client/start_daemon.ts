import { AppError } from "../base/app_error.ts";
import { delay } from "../base/clock.ts";
import { isDaemonAlive } from "../platform/daemon_alive.ts";
import { type FileLock, isDirectoryGone, isLockHeld, tryFileLock } from "../platform/file_lock.ts";
import { currentPid } from "../platform/own_process.ts";
import { ensureDirs } from "../platform/ensure_dirs.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { DEFAULTS_FLAG, READINESS_FLAG, REVIVE_LATER_FLAG } from "../platform/spawn/readiness.ts";
import { selfCommand } from "../platform/self.ts";
import { spawnDetachedDaemon } from "../platform/spawn/spawn_daemon.ts";
import { systemClock } from "../platform/system_clock.ts";
import { removeStaleSocket } from "../platform/sockets/unix_socket.ts";
import { DaemonClient } from "./client.ts";
import { connectUsable, openConnection } from "./connect.ts";
import { readDaemonPid } from "./daemon_pid.ts";
import type { ConnectOptions, EnsureDaemonOptions } from "./connect_options.ts";
import { notAnswering, notListening } from "./not_answering.ts";
import { livingPaths } from "./living_paths.ts";
import { mayReplace } from "./may_replace.ts";
import { killDaemon, takeOver } from "./takeover.ts";
import { decideVersion } from "./version_rule.ts";

/** How long a daemon may take to become ready, and one that holds its lock to be heard of. */
const START_LIMIT_MS = 5_000;

/** Others before us may each use up their limit: a takeover, then a start. */
const LOCK_LIMIT_FACTOR = 3;

/**
 * A second one is for a daemon of somebody else (a service manager) that took the lock just before ours could, and for
 * one of ours that somebody else ended before we had come to it.
 */
const MOST_ATTEMPTS = 2;

/**
 * How often a daemon that comes or goes is looked for: its lock and socket tell nobody when they change. The more often
 * fifty clients look, the longer the daemon they wait for takes to start.
 */
const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 160;

/**
 * The slow half of `ensureDaemon`: everything that happens under `start.lock`, which is held by one client at a time.
 * @throws AppError as `ensureDaemon` does
 */
export async function startDaemon(how: EnsureDaemonOptions): Promise<DaemonClient> {
  const options = { ...how, paths: await livingPaths(how.paths) };
  const turn = await waitForTurn(options);
  if (turn instanceof DaemonClient) return turn;
  using _lock = turn;
  let wasReady = false;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const found = await findDaemon(options);
    if (found !== undefined) return found;
    // Nobody holds the daemon's lock, so whatever listens under this name is dead.
    removeStaleSocket(options.paths.socket);
    wasReady = await spawn(options);
    const client = wasReady ? await openConnection(options) : undefined;
    if (client !== undefined) return client;
  }
  throw wasReady ? goneAgain(options.paths) : notAnswering(readDaemonPid(options.paths));
}

/**
 * Ends the daemon when it does not answer or does not listen, as a start with `takeover` would; one that answers at
 * once stays.
 * @throws AppError `daemon.not_answering` when it cannot be ended
 */
export async function endMuteDaemon(how: ConnectOptions): Promise<void> {
  const paths = await livingPaths(how.paths);
  // None is started in its place.
  const options = { ...how, paths, takeover: true, daemonWords: [] };
  const turn = await waitForTurn(options);
  if (turn instanceof DaemonClient) return turn.close();
  using _lock = turn;
  (await openOrKill(options) ?? await waitForDaemon(options))?.close();
}

/** The daemon that will do; undefined when there is none, or none any more. */
async function findDaemon(options: EnsureDaemonOptions): Promise<DaemonClient | undefined> {
  const client = await openOrKill(options);
  if (client !== undefined) return await useOrTakeOver(client, options);
  if (!isDaemonAlive(options.paths)) return undefined;
  return await waitForDaemon(options);
}

/** With `--takeover` a daemon that does not answer is no obstacle either, and gets no more time than it must. */
async function openOrKill(options: EnsureDaemonOptions): Promise<DaemonClient | undefined> {
  try {
    return await openConnection(options.takeover ? { ...options, patienceMs: 0 } : options);
  } catch (error) {
    const isMute = error instanceof AppError && error.code === "daemon.not_answering";
    if (!isMute || !options.takeover) throw error;
    await killDaemon(options);
    return undefined;
  }
}

async function useOrTakeOver(
  client: DaemonClient,
  options: EnsureDaemonOptions,
): Promise<DaemonClient | undefined> {
  try {
    const decision = decideVersion({
      own: options.build,
      daemon: client.hello,
      mayTakeOver: true,
      force: options.takeover,
    });
    if (decision === "use" || !await mayReplace(client.hello, options)) return client;
    await takeOver(client, options);
  } catch (error) {
    client.close();
    throw error;
  }
  client.close();
  return undefined;
}

/**
 * A daemon that holds its lock but does not listen is coming up or going away: returns it, or undefined at its end.
 * With `takeover` it is killed when neither happens in time.
 * @throws AppError `daemon.not_answering` otherwise
 */
async function waitForDaemon(options: EnsureDaemonOptions): Promise<DaemonClient | undefined> {
  const clock = options.clock ?? systemClock;
  const deadlineMs = clock.monotonic() + (options.startLimitMs ?? START_LIMIT_MS);
  for (let look = 0; isDaemonAlive(options.paths); look++) {
    if (clock.monotonic() >= deadlineMs) {
      if (!options.takeover) {
        throw notListening(readDaemonPid(options.paths), options.paths.socket);
      }
      await killDaemon(options);
      return undefined;
    }
    const client = await openOrKill(options);
    if (client !== undefined) return await useOrTakeOver(client, options);
    await delay(clock, lookDelayMs(look));
  }
  return undefined;
}

/** True when the daemon that we started is ready; false when somebody else's was quicker. */
async function spawn(options: EnsureDaemonOptions): Promise<boolean> {
  const { paths } = options;
  const command = [
    ...options.command ?? selfCommand(),
    ...options.daemonWords,
    ...["--daemon-id", paths.id, `--${READINESS_FLAG}`],
    ...options.settings?.mayUseDefaults ? [`--${DEFAULTS_FLAG}`] : [],
    ...options.revivesLater ? [`--${REVIVE_LATER_FLAG}`] : [],
  ];
  try {
    const { notes } = await spawnDetachedDaemon({
      command,
      logPath: paths.daemonLog,
      clock: options.clock ?? systemClock,
      env: options.env ?? {},
      limitMs: options.startLimitMs ?? START_LIMIT_MS,
      mayTakeLonger: () => isLockHeld(paths.pidFile),
    });
    if (notes) options.settings?.tell(notes);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "daemon.already_running") return false;
    throw error;
  }
}

function goneAgain(paths: ImpPaths): AppError {
  return new AppError("daemon.start_failed", "Daemon was ready, and is gone again", {
    hint: `Look into ${paths.daemonLog}`,
  });
}

/**
 * Our turn to start a daemon, or the daemon, when somebody before us has started it: of fifty who wait, one needs the
 * lock.
 */
async function waitForTurn(options: EnsureDaemonOptions): Promise<FileLock | DaemonClient> {
  const clock = options.clock ?? systemClock;
  const limitMs = (options.startLimitMs ?? START_LIMIT_MS) * LOCK_LIMIT_FACTOR;
  const deadlineMs = clock.monotonic() + limitMs;
  for (let look = 0;; look++) {
    const lock = tryStartLock(options.paths);
    if (lock !== undefined) return signed(lock);
    if (clock.monotonic() >= deadlineMs) throw startLockIsStuck(options.paths.startLock);
    await delay(clock, lookDelayMs(look));
    const client = options.takeover ? undefined : await connectUsable(options);
    if (client !== undefined) return client;
  }
}

/** Undefined while another holds it, and when its directory was removed as soon as we had made it, as `nuke` does. */
function tryStartLock(paths: ImpPaths): FileLock | undefined {
  try {
    ensureDirs(paths);
    return tryFileLock(paths.startLock);
  } catch (error) {
    if (isDirectoryGone(error)) return undefined;
    throw error;
  }
}

function lookDelayMs(look: number): number {
  return Math.min(LONGEST_LOOK_MS, FIRST_LOOK_MS * 2 ** look) * (0.5 + Math.random() / 2);
}

/** With our pid in it, for whoever wonders why he waits. */
function signed(lock: FileLock): FileLock {
  try {
    lock.writeText(`${currentPid()}\n`);
  } catch {
    // A full disk: the lock holds all the same.
  }
  return lock;
}

function startLockIsStuck(path: string): AppError {
  return new AppError("daemon.start_failed", "Another client is starting the daemon and hangs", {
    hint: `Its pid is in ${path}: end it and try again`,
  });
}
