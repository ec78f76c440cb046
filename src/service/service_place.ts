import type { ReadEnv } from "../platform/paths.ts";
import { currentServiceHost, isThere, type ServiceHost } from "../platform/service_host.ts";
import { launchdLabel } from "./launchd_plist.ts";
import { systemdUnitName } from "./systemd_unit.ts";

/** A daemon's place at a service manager, whether or not there is a service. */
export interface Service {
  readonly manager: "systemd" | "launchd";
  /** Of the whole system rather than of the user. */
  readonly system: boolean;
  /** What the manager calls it. */
  readonly name: string;
  /** Its file; the service is installed when that is there. */
  readonly path: string;
  readonly uid: number;
}

/** Where the service of a daemon belongs on this machine, or undefined where we know no service manager. */
export function servicePlace(
  daemonId: string,
  { system, host }: { system: boolean; host: ServiceHost },
): Service | undefined {
  const common = { system, uid: host.uid };
  if (host.os === "linux") {
    const name = systemdUnitName(daemonId);
    const dir = system ? "/etc/systemd/system" : `${host.configDir}/systemd/user`;
    return { ...common, manager: "systemd", name, path: `${dir}/${name}` };
  }
  if (host.os === "darwin") {
    const name = launchdLabel(daemonId);
    const dir = system ? "/Library/LaunchDaemons" : `${host.homeDir}/Library/LaunchAgents`;
    return { ...common, manager: "launchd", name, path: `${dir}/${name}.plist` };
  }
  return undefined;
}

/**
 * The service that owns a daemon: installed by `imp enable`, so that starting and stopping is its manager's business. Costs
 * two looks into the file system.
 */
export function findService(daemonId: string, env: ReadEnv): Service | undefined {
  return findServices(daemonId, env)[0];
}

/** All of them: of the user, of the system. */
export function findServices(daemonId: string, env: ReadEnv): Service[] {
  const host = currentServiceHost(env);
  return [false, true].flatMap((system) => servicePlace(daemonId, { system, host }) ?? [])
    .filter((service) => isThere(service.path));
}
