import type { CommandHandler } from "./command_handler.ts";
import { ProcessCommandHandler, type ProcessHandlerOptions } from "./process_command_handler.ts";

/** The handler that takes a command when the client names none. */
export const DEFAULT_HANDLER = "process";

/** Every handler of commands by its name. */
export function createCommandHandlers(
  options: ProcessHandlerOptions,
): ReadonlyMap<string, CommandHandler> {
  return new Map<string, CommandHandler>([[DEFAULT_HANDLER, new ProcessCommandHandler(options)]]);
}
