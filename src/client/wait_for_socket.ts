import { delay } from "../base/clock.ts";
import { isDaemonAlive } from "../platform/daemon_alive.ts";
import { systemClock } from "../platform/system_clock.ts";
import type { DaemonClient } from "./client.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { readDaemonPid } from "./daemon_pid.ts";
import { notListening } from "./not_answering.ts";

/** A daemon sees within 2 s that its socket was taken away. */
const LIMIT_MS = 3_000;
const LOOK_EVERY_MS = 50;

/**
 * The daemon that holds its lock and does not listen: it is coming, going, or making its socket anew. Undefined when it
 * is gone by then. `open` is `openConnection`.
 * @throws AppError `daemon.not_answering` when it does neither in time; as `openConnection` does
 */
export async function waitForSocket(
  options: ConnectOptions,
  open: (options: ConnectOptions) => Promise<DaemonClient | undefined>,
): Promise<DaemonClient | undefined> {
  const clock = options.clock ?? systemClock;
  const deadlineMs = clock.monotonic() + LIMIT_MS;
  while (isDaemonAlive(options.paths)) {
    const client = await open(options);
    if (client !== undefined) return client;
    if (clock.monotonic() >= deadlineMs) {
      throw notListening(readDaemonPid(options.paths), options.paths.socket);
    }
    await delay(clock, LOOK_EVERY_MS);
  }
  return undefined;
}
