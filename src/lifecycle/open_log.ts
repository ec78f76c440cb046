import type { Clock } from "../base/clock.ts";
import { environmentVariable } from "../platform/own_environment.ts";
import { pointStderrAt } from "../platform/own_stderr.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { DaemonLog, type DaemonLogSettings } from "./daemon_log.ts";
import { serviceManagerOf } from "./service_notify.ts";

/** Where the daemon's log goes. */
export interface LogChoice {
  readonly paths: ImpPaths;
  readonly foreground: boolean;
  readonly logFile?: string | undefined;
}

/** The file of the log; undefined for a daemon in the foreground, which logs to its terminal. */
export function logPathOf({ paths, foreground, logFile }: LogChoice): string | undefined {
  if (logFile !== undefined) return logFile;
  return foreground && serviceManagerOf(environmentVariable) === undefined
    ? undefined
    : paths.daemonLog;
}

/** Opens the log. Under systemd the journal gets it too; detached, the runtime's last words follow it. */
export function openLog(choice: LogChoice, settings: DaemonLogSettings, clock: Clock): DaemonLog {
  const path = logPathOf(choice);
  return new DaemonLog({
    clock,
    path,
    toStderr: path === undefined || serviceManagerOf(environmentVariable) === "systemd",
    ...(choice.foreground ? {} : { onOpened: pointStderrAt }),
    ...settings,
  });
}
