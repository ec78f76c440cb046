import { removeFile } from "../platform/remove_file.ts";
import { writeUnitFile } from "../platform/service_host.ts";
import { callManager } from "./service_error.ts";
import type { ServiceManager } from "./service_manager.ts";
import type { Service } from "./service_place.ts";

/** launchd, by way of launchctl(1) as it is since macOS 10.11. */
export const launchd: ServiceManager = {
  async install(service, text) {
    writeUnitFile(service.path, text);
    // One that is loaded already would keep its old text.
    await launchctl(service, "bootout", target(service)).catch(() => {});
    await launchctl(service, "enable", target(service));
    return [`Wrote ${service.path}`, `Enabled ${service.name}`];
  },

  async uninstall(service) {
    await launchctl(service, "bootout", target(service)).catch(() => {});
    removeFile(service.path);
    return [`Stopped and disabled ${service.name}`, `Removed ${service.path}`];
  },

  async start(service) {
    const kicked = await launchctl(service, "kickstart", target(service)).catch(() => undefined);
    // Not loaded yet: loading starts it.
    if (!kicked) await launchctl(service, "bootstrap", domain(service), service.path);
  },

  async stop(service) {
    await launchctl(service, "kill", "SIGTERM", target(service));
  },
};

function launchctl(service: Service, ...args: string[]) {
  return callManager(service, ["launchctl", ...args]);
}

function domain({ system, uid }: Service): string {
  return system ? "system" : `gui/${uid}`;
}

function target(service: Service): string {
  return `${domain(service)}/${service.name}`;
}
