import type { DaemonClient } from "../../client/client.ts";
import { connectDaemon, connectUsable, openConnection } from "../../client/connect.ts";
import type { EnsureDaemonOptions } from "../../client/connect_options.ts";
import { mayReplace } from "../../client/may_replace.ts";
import { type Clock, delay } from "../../base/clock.ts";
import { isDaemonAlive } from "../../platform/daemon_alive.ts";
import { environmentVariable } from "../../platform/own_environment.ts";
import { selfCommand } from "../../platform/self.ts";
import { startIfService } from "../../service/start_if_service.ts";
import { findService } from "../../service/service_place.ts";
import { startsProgram } from "../../service/starts_program.ts";

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
  const isUp = () => isDaemonAlive(paths);
  if (isUp()) {
    // Its manager would bring the other program back, and the next command would replace it again, for ever.
    const isOurs = startsProgram(service, selfCommand());
    if (!isOurs || !await leaveJobs(options, isUp)) return await connectDaemon(options);
  } else await expectSettings(options);
  const isStarted = await startIfService({
    daemonId: paths.id,
    env: environmentVariable,
    clock,
    isUp,
  });
  const client = isStarted ? await connectUsable(options) : undefined;
  // It has nobody else to tell.
  const { notes } = await client?.request("settings", {}) ?? {};
  if (notes?.length) options.settings?.tell(notes);
  return client;
}

/** A service begins whatever is wrong with its settings; who wants to start something new is told before. */
async function expectSettings({ settings }: EnsureDaemonOptions): Promise<void> {
  const wrong = settings?.mayUseDefaults ? undefined : await settings?.check();
  if (wrong) throw wrong;
}

/** Ends an older daemon, so that its manager can start the newer one; false when it has to stay. */
async function leaveJobs(
  options: EnsureDaemonOptions & { readonly clock: Clock },
  isUp: () => boolean,
): Promise<boolean> {
  const { clock } = options;
  await using old = await openConnection(options);
  if (old && !await mayReplace(old.hello, options)) return false;
  await old?.request("shutdown", { keep_jobs: true });
  const deadlineMs = clock.monotonic() + LEAVE_LIMIT_MS;
  while (isUp() && clock.monotonic() < deadlineMs) await delay(clock, LOOK_INTERVAL_MS);
  return true;
}
