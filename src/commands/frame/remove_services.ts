import { AppError } from "../../base/app_error.ts";
import { disableService } from "../../service/disable_service.ts";
import { findServices } from "../../service/service_place.ts";
import type { CommandContext } from "./command.ts";

/** The services that are no more, by name, and a line about each that stays. */
export interface RemovedServices {
  readonly removed: readonly string[];
  readonly left: readonly string[];
}

/** Removes the services of a daemon that is gone: they would start it again at the next login. */
export async function removeServices(ctx: CommandContext): Promise<RemovedServices> {
  const removed: string[] = [];
  const left: string[] = [];
  for (const { name, system } of findServices(ctx.daemonId, ctx.env)) {
    try {
      await disableService({ daemonId: ctx.daemonId, system, env: ctx.env });
      removed.push(name);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const command = system ? "sudo imp disable --system" : "imp disable";
      left.push(`${name} stays and starts the daemon again, until ${command}: ${error.message}`);
    }
  }
  return { removed, left };
}
