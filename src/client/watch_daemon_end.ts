import { type Clock, delay } from "../base/clock.ts";
import { isDaemonAlive } from "../platform/daemon_alive.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { isSameProcess } from "../platform/processes/process_identity.ts";
import type { DaemonClient } from "./client.ts";
import { readDaemonProcess } from "./daemon_process.ts";

/** Whose end is watched, and until when. */
export interface DaemonEndOptions {
  readonly clock: Clock;
  readonly paths: ImpPaths;
  /** Gives up when it is aborted. */
  readonly signal: AbortSignal;
}

/** A daemon that ends by force takes its `shutdown_timeout`, 30 s unless set; a little more is patience enough. */
const PATIENCE_MS = 40_000;
const LOOK_INTERVAL_MS = 10;

/**
 * To be called before a daemon is asked to end, with the context of `livingContext`: what tells its process and where
 * its lock is are files that it removes. What comes back waits, once it was asked, until it is gone: its lock is free,
 * and after that its process has ended. It resolves with false when the daemon is still there.
 */
export function watchDaemonEnd(
  ctx: DaemonEndOptions,
  client: Pick<DaemonClient, "closed" | "hello">,
): () => Promise<boolean> {
  const { clock, paths, signal } = ctx;
  const holder = readDaemonProcess(paths);
  const isThere = () => holder?.pid === client.hello.pid && isSameProcess(holder);
  return async () => {
    const untilMs = clock.monotonic() + PATIENCE_MS;
    const whileSo = async (isSo: () => boolean) => {
      for (; isSo(); await delay(clock, LOOK_INTERVAL_MS, signal)) {
        if (clock.monotonic() > untilMs) return false;
      }
      return true;
    };
    await closedWithin(ctx, client, PATIENCE_MS);
    // One after the other: as soon as the lock is free, it may be the next daemon's.
    return await whileSo(() => isDaemonAlive(paths)) && await whileSo(isThere);
  };
}

async function closedWithin(
  { clock, signal }: DaemonEndOptions,
  client: Pick<DaemonClient, "closed">,
  limitMs: number,
): Promise<void> {
  const limit = new AbortController();
  const cancelLimit = clock.schedule(limitMs, () => limit.abort());
  await Promise.race([client.closed, aborted(signal), aborted(limit.signal)]);
  cancelLimit();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
