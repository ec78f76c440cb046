import type { DaemonClient } from "./client.ts";
import { connectUsable, type EnsureDaemonOptions } from "./connect_usable.ts";

export type { EnsureDaemonOptions } from "./connect_usable.ts";

/** Daemons that go one after the other while they are asked something are not to be started again and again. */
const MOST_RENEWALS = 2;

/**
 * Connects to the daemon; starts one when there is none, and takes over from one that is older than us. However many
 * do this at the same time, one daemon comes of it.
 * @throws AppError `daemon.start_failed` or what the new daemon said, `daemon.not_answering`, `version.mismatch`
 */
export async function ensureDaemon(options: EnsureDaemonOptions): Promise<DaemonClient> {
  const { renewals = MOST_RENEWALS, takeover } = options;
  const renewed = { ...options, takeover: false, renewals: renewals - 1 };
  const renewing = { ...options, renew: renewals > 0 ? () => ensureDaemon(renewed) : undefined };
  const client = takeover ? undefined : await connectUsable(renewing);
  if (client !== undefined) return client;
  // Locks, processes and takeover are of no use to a call that finds its daemon.
  const { startDaemon } = await import("./start_daemon.ts");
  return await startDaemon(renewing);
}
