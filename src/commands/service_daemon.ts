import type { DaemonClient } from "../client/client.ts";
import { connectDaemon, openConnection } from "../client/connect.ts";
import { connectUsable, type EnsureDaemonOptions } from "../client/connect_usable.ts";
import { type Clock, delay } from "../base/clock.ts";
import { isLockHeld } from "../platform/file_lock.ts";
import { environmentVariable } from "../platform/host.ts";
import { selfCommand } from "../platform/self.ts";
import { startIfService } from "../service/start_if_service.ts";
import { findService } from "../service/service_place.ts";
import { startsProgram } from "../service/starts_program.ts";

/** How long a daemon that leaves its jobs behind may take to go. */
const LEAVE_LIMIT_MS = 5_000;
const LOOK_INTERVAL_MS = 20;

/**
 * Has the service manager bring up, or renew, a daemon that it owns, and connects to it; undefined when there is no
 * service, or its manager cannot be asked from here.
 * @throws AppError what the manager says; `version.mismatch` when the service is of another program than this one
 */
export async function connectToService(
  options: EnsureDaemonOptions & { readonly clock: Clock },
): Promise<DaemonClient | undefined> {
  const { paths, clock } = options;
  const service = findService(paths.id, environmentVariable);
  if (!service) return undefined;
  const isUp = () => isLockHeld(paths.pidFile);
  if (isUp()) {
    // Its manager would bring the other program back, and the next command would replace it again, for ever.
    if (!startsProgram(service, selfCommand())) return await connectDaemon(options);
    await leaveJobs(options, isUp);
  }
  const isStarted = await startIfService({
    daemonId: paths.id,
    env: environmentVariable,
    clock,
    isUp,
  });
  return isStarted ? await connectUsable(options) : undefined;
}

/** Ends an older daemon, so that its manager can start the newer one. */
async function leaveJobs(
  options: EnsureDaemonOptions & { readonly clock: Clock },
  isUp: () => boolean,
): Promise<void> {
  const { clock } = options;
  await using old = await openConnection(options);
  await old?.request("shutdown", { keep_jobs: true });
  const deadlineMs = clock.monotonic() + LEAVE_LIMIT_MS;
  while (isUp() && clock.monotonic() < deadlineMs) await delay(clock, LOOK_INTERVAL_MS);
}
