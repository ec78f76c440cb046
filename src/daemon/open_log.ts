import type { Clock } from "../base/clock.ts";
import type { Settings } from "../config/settings.ts";
import { DaemonLog, type DaemonLogSettings } from "../lifecycle/daemon_log.ts";
import { serviceManagerOf } from "../lifecycle/service_notify.ts";
import { fileSizeLimit } from "../platform/file_size_limit.ts";
import { environmentVariable } from "../platform/own_environment.ts";
import { pointStderrAt } from "../platform/own_stderr.ts";
import type { ImpPaths } from "../platform/paths.ts";

/** Where the daemon's log goes and how it looks. */
export interface LogChoice {
  readonly paths: ImpPaths;
  readonly foreground: boolean;
  readonly logFile?: string | undefined;
  readonly logFormat?: "text" | "json" | undefined;
}

/** The file of the log; undefined for a daemon in the foreground, which logs to its terminal. */
export function logPathOf({ paths, foreground, logFile }: LogChoice): string | undefined {
  if (logFile !== undefined) return logFile;
  return foreground && serviceManagerOf(environmentVariable) === undefined
    ? undefined
    : paths.daemonLog;
}

/** What of the settings shapes the log. */
export function logSettingsOf(settings: Settings, { logFormat }: LogChoice): DaemonLogSettings {
  return {
    level: settings.logLevel,
    format: logFormat ?? settings.logFormat,
    // A log that may not grow to its own limit begins anew before it is refused.
    maxBytes: Math.min(settings.daemonLogMaxBytes || Infinity, fileSizeLimit()),
    kept: settings.daemonLogKept,
  };
}

/** Opens the log. Under systemd the journal gets it too; detached, the runtime's last words follow it. */
export function openLog(choice: LogChoice, settings: Settings, clock: Clock): DaemonLog {
  const path = logPathOf(choice);
  return new DaemonLog({
    clock,
    path,
    toStderr: path === undefined || serviceManagerOf(environmentVariable) === "systemd",
    ...(choice.foreground ? {} : { onOpened: pointStderrAt }),
    ...logSettingsOf(settings, choice),
  });
}
