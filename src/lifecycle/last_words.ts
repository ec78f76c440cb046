import { AppError, toErrorShape } from "../base/app_error.ts";
import { environmentVariable } from "../platform/own_environment.ts";
import { notify } from "../platform/sockets/notify_socket.ts";
import { announceFailure } from "../platform/spawn/readiness.ts";

/** Tells whoever started the daemon why there will be none: the waiting client, or the service manager. */
export function tellLastWords(error: unknown, { foreground }: { foreground: boolean }): void {
  const shape = toErrorShape(error);
  if (!foreground) announceFailure(shape);
  const socketName = environmentVariable("NOTIFY_SOCKET");
  if (socketName) notify(`STATUS=${shape.message.replaceAll("\n", " ")}`, socketName);
}

/** What clients hear that are still connected. */
export function shuttingDown(): AppError {
  return new AppError("daemon.stopping", "The daemon is shutting down", {
    hint: "The next command starts a new one",
  });
}
