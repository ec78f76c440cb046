import { AppError } from "../base/app_error.ts";
import { DaemonClient } from "./client.ts";
import type { ConnectOptions } from "./connect_options.ts";
import { greet, type Greeting, greetUsable } from "./greet.ts";
import { decideVersion } from "./version_rule.ts";

/**
 * Connects to the daemon that is there; never starts or replaces one.
 * @throws AppError `daemon.not_running`, `daemon.not_answering`, `version.mismatch`
 */
export async function connectDaemon(options: ConnectOptions): Promise<DaemonClient> {
  const client = await openConnection(options) ?? await openLater(options);
  if (client === undefined) throw notRunning(options.paths.id);
  try {
    decideVersion({ own: options.build, daemon: client.hello, mayTakeOver: false });
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

/**
 * The daemon if it is there and will do; undefined when there is none, or one that is older than us.
 * @throws AppError as `openConnection` does; `version.mismatch`
 */
export async function connectUsable(
  options: ConnectOptions,
): Promise<DaemonClient | undefined> {
  const found = await lookForDaemon(options);
  return found === "older" ? undefined : found;
}

/** The same, and tells a daemon that is older than us from none. @throws AppError as {@linkcode connectUsable} does */
export async function lookForDaemon(
  options: ConnectOptions,
): Promise<DaemonClient | "older" | undefined> {
  const found = await greetUsable(options);
  return typeof found === "object" ? toClient(found, options) : found;
}

/**
 * Connects and says hello, whatever the daemon's version is; undefined when there is no daemon, or one that is just
 * leaving.
 * @throws AppError as `greet` does
 */
export async function openConnection(options: ConnectOptions): Promise<DaemonClient | undefined> {
  const greeting = await greet(options);
  return greeting && toClient(greeting, options);
}

function toClient(
  greeting: Greeting,
  { heartbeatIntervalMs, renew }: ConnectOptions,
): DaemonClient {
  return new DaemonClient({ ...greeting, heartbeatIntervalMs, renew });
}

async function openLater(options: ConnectOptions): Promise<DaemonClient | undefined> {
  // Not needed by a call that finds its daemon.
  const { waitForSocket } = await import("./wait_for_socket.ts");
  return await waitForSocket(options, openConnection);
}

/** There is no daemon, and the command may not start one. */
function notRunning(daemonId: string): AppError {
  return new AppError("daemon.not_running", `No daemon is running for "${daemonId}"`, {
    hint: "`imp daemon start` starts one; so does `imp run` or `imp add`",
  });
}
