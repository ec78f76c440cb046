import { AppError } from "../base/app_error.ts";
import { within } from "../base/clock.ts";
import { type FileLock, isDirectoryGone, waitForFileLock } from "../platform/file_lock.ts";
import {
  isSameProcess,
  type ProcessIdentity,
  signalProcess,
} from "../platform/processes/process_identity.ts";
import { systemClock } from "../platform/system_clock.ts";
import type { DaemonClient } from "./client.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { readDaemonProcess } from "./daemon_process.ts";

/** The default of the `handover_timeout` setting. */
const HANDOVER_LIMIT_MS = 2_000;

/**
 * Asks the daemon to leave its jobs to the next one and waits until it is gone. When it does not go in time it is
 * killed, which is safe: jobs do not depend on it. The caller holds `start.lock`.
 * @throws AppError `daemon.not_answering` when it cannot be ended
 */
export async function takeOver(client: DaemonClient, options: ConnectOptions): Promise<void> {
  const holder = readDaemonProcess(options.paths);
  const { build, version } = options.build;
  const answer = client.request("handover", { build, version })
    .then(({ wait_ms }) => wait_ms ?? 0, () => 0);
  const waitMs = await within(options.clock ?? systemClock, HANDOVER_LIMIT_MS, answer);
  // It waits for the execs of its clients, for as long as it said.
  if (waitMs !== "late" && await isGone(options, client.closed, waitMs)) return;
  await killAndWait(options, holder?.pid === client.hello.pid ? holder : undefined);
}

/**
 * Kills the daemon that holds the lock, for one that does not even say hello. The caller holds `start.lock`, or names the
 * process.
 * @throws AppError `daemon.not_answering` when it cannot be ended
 */
export async function killDaemon(
  options: ConnectOptions,
  holder: ProcessIdentity | undefined = readDaemonProcess(options.paths),
): Promise<void> {
  await killAndWait(options, holder);
}

async function killAndWait(
  options: ConnectOptions,
  holder: ProcessIdentity | undefined,
): Promise<void> {
  if (holder !== undefined && isSameProcess(holder)) {
    signalProcess(holder, "SIGKILL");
    if (await isGone(options, Promise.resolve(), 0)) return;
  }
  const who = holder === undefined ? "of unknown pid" : `pid ${holder.pid}`;
  throw new AppError("daemon.not_answering", `Cannot take over: the daemon (${who}) stays`, {
    hint:
      `Who holds the lock of ${options.paths.pidFile}? End it with \`kill -9\`: no job is harmed`,
  });
}

/** Whether the lock could be had in time, by which a daemon is known to be gone. */
async function isGone(
  options: ConnectOptions,
  closed: Promise<void>,
  waitMs: number,
): Promise<boolean> {
  const limit = new AbortController();
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => undefined);
  const cancelLimit = (options.clock ?? systemClock).schedule(waitMs + HANDOVER_LIMIT_MS, () => {
    limit.abort();
    over.reject(limit.signal.reason);
  });
  try {
    await Promise.race([closed, over.promise]);
    // One of the files may be gone, and its lock free for anybody: both tell.
    using _pid = await waitForLock(options.paths.pidFile, limit.signal);
    using _state = await waitForLock(options.paths.stateLock, limit.signal);
    return true;
  } catch (error) {
    if (limit.signal.aborted) return false;
    throw error;
  } finally {
    cancelLimit();
  }
}

/** Where there is no directory, nobody holds a lock in it. */
async function waitForLock(path: string, signal: AbortSignal): Promise<FileLock | undefined> {
  try {
    return await waitForFileLock(path, { signal });
  } catch (error) {
    if (isDirectoryGone(error)) return undefined;
    throw error;
  }
}
