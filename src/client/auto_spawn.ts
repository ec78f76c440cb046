import type { DaemonClient } from "./client.ts";
import { connectUsable, type EnsureDaemonOptions } from "./connect_usable.ts";

export type { EnsureDaemonOptions } from "./connect_usable.ts";

/**
 * Connects to the daemon; starts one when there is none, and takes over from one that is older than us. However many
 * do this at the same time, one daemon comes of it.
 * @throws AppError `daemon.start_failed` or what the new daemon said, `daemon.not_answering`, `version.mismatch`
 */
export async function ensureDaemon(options: EnsureDaemonOptions): Promise<DaemonClient> {
  const client = options.takeover ? undefined : await connectUsable(options);
  if (client !== undefined) return client;
  // Locks, processes and takeover are of no use to a call that finds its daemon.
  const { startDaemon } = await import("./start_daemon.ts");
  return await startDaemon(options);
}
