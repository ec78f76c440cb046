import { AppError } from "../base/app_error.ts";
import type { CommandResult } from "../platform/run_command.ts";
import { removeFile } from "../platform/remove_file.ts";
import { writeUnitFile } from "../platform/service_host.ts";
import { callManager } from "./service_error.ts";
import type { ServiceManager } from "./service_manager.ts";
import type { Service } from "./service_place.ts";

/**
 * systemd starts a unit five times in ten seconds and then no more. That is meant for crashes: whoever asks for a start gets
 * one more.
 */
const START_LIMIT_HIT = "start-limit-hit";

/** systemd, of the user or of the system, by way of systemctl(1). */
export const systemd: ServiceManager = {
  async install(service, text) {
    writeUnitFile(service.path, text);
    await systemctl(service, "daemon-reload");
    // By its path, for the manager may have been started with another XDG_CONFIG_HOME than ours.
    await systemctl(service, "enable", service.path);
    return [`Wrote ${service.path}`, `Enabled ${service.name}`];
  },

  async uninstall(service) {
    await systemctl(service, "disable", "--now", service.name);
    removeFile(service.path);
    await systemctl(service, "daemon-reload");
    // A unit that has failed is remembered until somebody says not to; there is none to forget otherwise.
    await systemctl(service, "reset-failed", service.name).catch(() => {});
    return [`Stopped and disabled ${service.name}`, `Removed ${service.path}`];
  },

  async start(service) {
    try {
      await systemctl(service, "start", service.name);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "service.failed") throw error;
      const { Result, StatusText } = await properties(service);
      if (Result !== START_LIMIT_HIT) throw withStatus(error, StatusText);
      await systemctl(service, "reset-failed", service.name);
      await systemctl(service, "start", service.name);
    }
  },

  async stop(service) {
    await systemctl(service, "stop", service.name);
  },
};

/** The daemon's last words are more than what systemd makes of them. */
function withStatus(error: AppError, status: string | undefined): AppError {
  if (!status) return error;
  return new AppError(error.code, `${error.message} (${status})`, { hint: error.hint });
}

async function properties(service: Service): Promise<Record<string, string>> {
  const { stdout } = await systemctl(service, "show", service.name);
  return Object.fromEntries(
    stdout.split("\n").map((line) => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
}

function systemctl(service: Service, ...args: string[]): Promise<CommandResult> {
  const scope = service.system ? [] : ["--user"];
  return callManager(service, ["systemctl", ...scope, "--no-pager", ...args]);
}
