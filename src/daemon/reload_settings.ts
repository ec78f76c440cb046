import type { IdleExit } from "../lifecycle/idle_exit.ts";
import type { ReloadReport } from "../lifecycle/lifecycle.ts";
import type { DaemonCore } from "./daemon_core.ts";
import type { EventBus } from "./jobs/event_bus.ts";
import { logSettingsOf } from "./log_settings.ts";
import type { ServiceStatus } from "./status/service_status.ts";

/** What goes by the settings of the moment it was told of them. */
export interface SettingsFollowers
  extends Pick<DaemonCore, "settingsInForce" | "settings" | "options" | "logger"> {
  readonly bus: EventBus;
  readonly idle: IdleExit;
}

/** Reads the settings again and lets everybody have them. @throws AppError `settings.*`; then all is as before */
export async function reloadSettings(
  { settingsInForce, settings, options, logger, idle, bus }: SettingsFollowers,
  serviceStatus: ServiceStatus,
): Promise<ReloadReport> {
  const diff = await settingsInForce.reload().finally(() => serviceStatus.tell());
  logger.configure(logSettingsOf(settings(), options));
  settingsInForce.notes.forEach((note) => logger.warn(note));
  idle.update();
  bus.announce("daemon_reloaded", null, { changed: diff.changed });
  return diff;
}
