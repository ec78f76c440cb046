import { messageOf } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { listenUnix, type UnixListener } from "../../platform/sockets/unix_socket.ts";

/** Listens at `path`; the log is told of every failed accept. @throws AppError as {@linkcode listenUnix} */
export function openListener(
  path: string,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): UnixListener {
  return listenUnix(path, {
    clock,
    onAcceptError: (error) => logger.error("accept failed; going on", { error: messageOf(error) }),
  });
}
