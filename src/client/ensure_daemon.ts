import type { DaemonClient } from "./client.ts";
import { connectUsable } from "./connect.ts";
import type { EnsureDaemonOptions } from "./connect_options.ts";

/** Daemons that go one after the other while they are asked something are not to be started again and again. */
const MOST_RENEWALS = 2;

/**
 * Connects to the daemon; starts one when there is none, and takes over from one that is older than us. However many
 * do this at the same time, one daemon comes of it.
 * @throws AppError `daemon.start_failed` or what the new daemon said, `daemon.not_answering`, `version.mismatch`
 */
export async function ensureDaemon(how: EnsureDaemonOptions): Promise<DaemonClient> {
  const options = withRenewal(how);
  const client = options.takeover ? undefined : await connectUsable(options);
  return client ?? await startMissing(options);
}

/** The slow half of it, for who has looked: locks, processes and takeover are of no use to a call that finds its daemon. */
export async function startMissing(options: EnsureDaemonOptions): Promise<DaemonClient> {
  const { startDaemon } = await import("./start_daemon.ts");
  return await startDaemon(options);
}

/** The options with a way to the next daemon, for what the one they lead to leaves undone. */
export function withRenewal<Options extends EnsureDaemonOptions>(options: Options): Options {
  const { renewals = MOST_RENEWALS } = options;
  if (options.renew !== undefined || renewals === 0) return options;
  const renewed = { ...options, takeover: false, renewals: renewals - 1 };
  return { ...options, renew: () => ensureDaemon(renewed) };
}
