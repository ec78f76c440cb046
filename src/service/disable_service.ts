import type { ReadEnv } from "../platform/paths.ts";
import { currentServiceHost, isThere } from "../platform/service_host.ts";
import { managerOf } from "./control_service.ts";
import type { ServiceReport } from "./enable_service.ts";
import { unsupported } from "./service_error.ts";
import { servicePlace } from "./service_place.ts";

/** Which service is to go. */
export interface DisableServiceOptions {
  readonly daemonId: string;
  readonly system: boolean;
  readonly env: ReadEnv;
}

/**
 * Ends the daemon and its jobs and removes its service; undefined when there is none.
 * @throws AppError `service.*`, `permission.*`
 */
export async function disableService(
  { daemonId, system, env }: DisableServiceOptions,
): Promise<ServiceReport | undefined> {
  const service = servicePlace(daemonId, { system, host: currentServiceHost(env) });
  if (!service) throw unsupported();
  if (!isThere(service.path)) return undefined;
  return { service, actions: await managerOf(service).uninstall(service), notes: [] };
}
