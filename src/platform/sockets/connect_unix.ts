import { AppError, messageOf } from "../../base/app_error.ts";
import { MAX_SOCKET_PATH_BYTES } from "../paths.ts";

/** No socket, a socket that nobody listens at, and one whose listener went away while we waited to be accepted. */
const NOBODY = [
  Deno.errors.NotFound,
  Deno.errors.ConnectionRefused,
  Deno.errors.ConnectionReset,
  Deno.errors.NotConnected,
];

/**
 * Connects to the socket at `path`; undefined when nobody listens there.
 * @throws AppError `daemon.not_answering` when its queue is full, `daemon.unreachable`, `permission.denied`
 */
export async function connectUnix(path: string): Promise<Deno.UnixConn | undefined> {
  if (byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new AppError(
      "daemon.unreachable",
      `Cannot connect to ${JSON.stringify(path)}: a socket's path has at most ` +
        `${MAX_SOCKET_PATH_BYTES} bytes`,
    );
  }
  try {
    return await Deno.connect({ transport: "unix", path });
  } catch (cause) {
    if (NOBODY.some((error) => cause instanceof error)) return undefined;
    throw connectError(path, cause);
  }
}

function connectError(path: string, cause: unknown): AppError {
  if (cause instanceof Deno.errors.WouldBlock) {
    return new AppError("daemon.not_answering", "Daemon is not answering: its queue is full", {
      cause,
    });
  }
  const message = `Cannot connect to ${JSON.stringify(path)}: ${messageOf(cause)}`;
  const isDenied = cause instanceof Deno.errors.PermissionDenied ||
    cause instanceof Deno.errors.NotCapable;
  return new AppError(isDenied ? "permission.denied" : "daemon.unreachable", message, { cause });
}

function byteLength(path: string): number {
  return new TextEncoder().encode(path).length;
}
