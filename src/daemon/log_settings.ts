import type { Settings } from "../config/settings.ts";
import type { DaemonLogSettings } from "../lifecycle/daemon_log.ts";
import { fileSizeLimit } from "../platform/file_size_limit.ts";

/** What of the settings shapes the log. */
export function logSettingsOf(
  settings: Settings,
  { logFormat }: { readonly logFormat?: "text" | "json" | undefined },
): DaemonLogSettings {
  return {
    level: settings.logLevel,
    format: logFormat ?? settings.logFormat,
    // A log that may not grow to its own limit begins anew before it is refused.
    maxBytes: Math.min(settings.daemonLogMaxBytes || Infinity, fileSizeLimit()),
    kept: settings.daemonLogKept,
  };
}
