import { delay } from "../../base/clock.ts";
import type { DaemonClient } from "../../client/client.ts";
import { isDaemonAlive } from "../../platform/daemon_alive.ts";
import type { CommandContext } from "./command.ts";

/** A daemon that ends by force takes its `shutdown_timeout`, 30 s unless set; a little more is patience enough. */
const PATIENCE_MS = 40_000;
const LOOK_INTERVAL_MS = 10;

/**
 * Waits until a daemon that was asked to end is gone: its lock is free. False when it is still there. The context must
 * be that of `livingContext`, made before it was asked: where its lock is is told by a file that it removes.
 */
export async function waitForDaemonEnd(
  ctx: CommandContext,
  client: DaemonClient,
): Promise<boolean> {
  const { clock, signal } = ctx;
  const until = clock.monotonic() + PATIENCE_MS;
  const limit = new AbortController();
  const cancelLimit = clock.schedule(PATIENCE_MS, () => limit.abort());
  await Promise.race([client.closed, aborted(signal), aborted(limit.signal)]);
  cancelLimit();
  while (isDaemonAlive(ctx.paths)) {
    if (clock.monotonic() > until) return false;
    await delay(clock, LOOK_INTERVAL_MS, signal);
  }
  return true;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
