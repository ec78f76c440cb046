import type { Clock } from "../base/clock.ts";
import type { BuildInfo } from "../base/version.ts";
import type { Settings } from "../config/settings.ts";
import type { DaemonLog } from "../lifecycle/daemon_log.ts";
import { Lifecycle } from "../lifecycle/lifecycle.ts";
import { Rounds } from "../lifecycle/rounds.ts";
import { serviceManagerOf, type ServiceNotify } from "../lifecycle/service_notify.ts";
import { environmentVariable } from "../platform/own_environment.ts";
import { currentPid } from "../platform/own_process.ts";
import { ensureDirs } from "../platform/ensure_dirs.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { systemClock } from "../platform/system_clock.ts";
import type { Counters } from "../protocol/snapshot.ts";
import { createCounters } from "../rpc/server/counters.ts";
import { logPathOf, openLog } from "../lifecycle/open_log.ts";
import { logSettingsOf } from "./log_settings.ts";
import { openServiceNotify } from "./open_service_notify.ts";
import type { RunDaemonOptions } from "./run_daemon_options.ts";
import { SettingsInForce } from "../config/settings_in_force.ts";

/** What shall be when the daemon has gone. */
export interface LastWishes {
  /** Nothing is left on disk. */
  erase: boolean;
  /** Nobody finds us any more: another daemon is to be there. */
  successor: boolean;
}

/** What a daemon has from its first moment on: who it is, its log, its settings, and the way to its end. */
export interface DaemonCore {
  readonly options: RunDaemonOptions;
  readonly paths: ImpPaths;
  readonly build: BuildInfo;
  readonly pid: number;
  readonly startedAtMs: number;
  readonly startedAtMonotonic: number;
  readonly clock: Clock;
  /** For what is looked at again and again. */
  readonly rounds: Rounds;
  readonly logger: DaemonLog;
  /** The file of the log, if it has one. */
  readonly logPath: string | undefined;
  readonly settings: () => Settings;
  readonly settingsInForce: SettingsInForce;
  readonly counters: Counters;
  readonly lifecycle: Lifecycle;
  readonly notify: ServiceNotify;
  /** The service manager that looks after us. */
  readonly service: string | null;
  readonly wishes: LastWishes;
}

/** Reads the settings and opens the log. @throws AppError `settings.*`, `permission.*` */
export async function openCore(options: RunDaemonOptions): Promise<DaemonCore> {
  const clock = systemClock;
  const [startedAtMs, startedAtMonotonic] = [clock.now(), clock.monotonic()];
  const settingsInForce = await SettingsInForce.open(options);
  const settings = () => settingsInForce.values;
  ensureDirs(options.paths);
  const logger = openLog(options, logSettingsOf(settings(), options), clock);
  const shutdownTimeoutMs = () => settings().shutdownTimeoutMs;
  const notify = openServiceNotify(clock, currentPid());
  return {
    options,
    paths: options.paths,
    build: options.build,
    pid: currentPid(),
    startedAtMs,
    startedAtMonotonic,
    clock,
    rounds: new Rounds(clock),
    logger,
    logPath: logPathOf(options),
    settings,
    settingsInForce,
    counters: createCounters(),
    lifecycle: new Lifecycle({ clock, logger, shutdownTimeoutMs }),
    notify,
    service: serviceManagerOf(environmentVariable) ?? (notify.isWatched ? "systemd" : null),
    wishes: { erase: false, successor: false },
  };
}
