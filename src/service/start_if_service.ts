import { AppError } from "../base/app_error.ts";
import type { ReadEnv } from "../platform/paths.ts";
import { startService, type StartServiceOptions } from "./control_service.ts";
import { findService } from "./service_place.ts";

/** Which daemon is wanted. */
export interface StartIfServiceOptions extends StartServiceOptions {
  readonly daemonId: string;
  readonly env: ReadEnv;
}

/**
 * Has the service manager start the daemon if it owns it; false when there is no service, or none that can be asked from
 * here (cron, su), so that the caller starts the daemon itself.
 * @throws AppError what the manager says when it was asked in vain
 */
export async function startIfService(options: StartIfServiceOptions): Promise<boolean> {
  const service = findService(options.daemonId, options.env);
  if (!service) return false;
  try {
    await startService(service, options);
    return true;
  } catch (error) {
    if (error instanceof AppError && isOutOfReach(error.code)) return false;
    throw error;
  }
}

function isOutOfReach(code: string): boolean {
  return ["service.unreachable", "service.unsupported", "permission.service"].includes(code);
}
