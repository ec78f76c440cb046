import type { ExecHandler } from "./exec_command.ts";
import { ProcessCommandHandler, type ProcessHandlerOptions } from "./process_command_handler.ts";

/** The handler that takes a command when the client names none. */
export const DEFAULT_HANDLER = "process";

/** Every handler of commands by its name. */
export function createCommandHandlers(
  options: ProcessHandlerOptions,
): ReadonlyMap<string, ExecHandler> {
  return new Map<string, ExecHandler>([[DEFAULT_HANDLER, new ProcessCommandHandler(options)]]);
}
