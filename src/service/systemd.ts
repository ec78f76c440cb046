import type { CommandResult } from "../platform/run_command.ts";
import { removeFile } from "../platform/remove_file.ts";
import { writeUnitFile } from "../platform/service_host.ts";
import { callManager } from "./service_error.ts";
import type { ServiceManager } from "./service_manager.ts";
import type { Service } from "./service_place.ts";

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
    await systemctl(service, "start", service.name);
  },

  async stop(service) {
    await systemctl(service, "stop", service.name);
  },

  async reload(service) {
    await systemctl(service, "reload", service.name);
  },
};

function systemctl(service: Service, ...args: string[]): Promise<CommandResult> {
  const scope = service.system ? [] : ["--user"];
  return callManager(service, ["systemctl", ...scope, "--no-pager", "--quiet", ...args]);
}
