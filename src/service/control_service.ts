import { AppError } from "../base/app_error.ts";
import { type Clock, delay } from "../base/clock.ts";
import { launchd } from "./launchd.ts";
import type { ServiceManager } from "./service_manager.ts";
import type { Service } from "./service_place.ts";
import { systemd } from "./systemd.ts";

const MANAGERS: Readonly<Record<Service["manager"], ServiceManager>> = { systemd, launchd };

/** Who looks after a service. */
export function managerOf(service: Service): ServiceManager {
  return MANAGERS[service.manager];
}

/** What {@linkcode startService} needs. */
export interface StartServiceOptions {
  readonly clock: Clock;
  /** Whether the daemon is there: the lock of its pid file is held. */
  readonly isUp: () => boolean;
  readonly limitMs?: number;
}

const START_LIMIT_MS = 10_000;
const LOOK_INTERVAL_MS = 50;

/**
 * Has the manager start a daemon and returns when it is there.
 * @throws AppError `service.*`, or `daemon.start_failed` when there is none after all
 */
export async function startService(service: Service, options: StartServiceOptions): Promise<void> {
  await startUntilUp(() => managerOf(service).start(service), options);
}

/**
 * A manager that has not yet noticed the end of the daemon before calls it running and does nothing: it is asked until
 * there is one.
 */
export async function startUntilUp(
  start: () => Promise<void>,
  { clock, isUp, limitMs = START_LIMIT_MS }: StartServiceOptions,
): Promise<void> {
  const deadlineMs = clock.monotonic() + limitMs;
  for (;;) {
    await start();
    if (isUp()) return;
    if (clock.monotonic() >= deadlineMs) {
      throw new AppError("daemon.start_failed", "The service was started, but no daemon is there", {
        hint: "Look at what the service manager and `imp daemon logs` say",
      });
    }
    await delay(clock, LOOK_INTERVAL_MS);
  }
}

/** Ends the daemon and its jobs; its manager does not start it again. */
export async function stopService(service: Service): Promise<void> {
  await managerOf(service).stop(service);
}
