import type { DaemonClient } from "./client.ts";
import { type ConnectOptions, openConnection } from "./connect.ts";
import { decideVersion } from "./version_rule.ts";

/** Options of {@linkcode ensureDaemon}. */
export interface EnsureDaemonOptions extends ConnectOptions {
  /** The project that a new daemon is for. */
  readonly project: { readonly dir: string; readonly file?: string | undefined };
  /** `--takeover`: replace a daemon of another build, or one that does not answer. */
  readonly takeover?: boolean;
  /** The command line that this program is started with again; our own by default. */
  readonly command?: readonly string[];
  /** Added to the environment of a new daemon. */
  readonly env?: Record<string, string>;
  /** How long a new daemon may take to become ready, and an old one to come or go. */
  readonly startLimitMs?: number;
}

/**
 * Connects to the daemon; starts one when there is none, and takes over from one that is older than us. However many
 * do this at the same time, one daemon comes of it.
 * @throws AppError `daemon.start_failed` or what the new daemon said, `daemon.not_answering`, `version.mismatch`
 */
export async function ensureDaemon(options: EnsureDaemonOptions): Promise<DaemonClient> {
  const client = await connectQuickly(options);
  if (client !== undefined) return client;
  // Locks, processes and takeover are of no use to a call that finds its daemon.
  const { startDaemon } = await import("./start_daemon.ts");
  return await startDaemon(options);
}

/** The daemon if it is there and will do. */
async function connectQuickly(options: EnsureDaemonOptions): Promise<DaemonClient | undefined> {
  if (options.takeover) return undefined;
  const client = await openConnection(options);
  if (client === undefined) return undefined;
  try {
    const decision = decideVersion({ own: options.build, daemon: client.hello, mayTakeOver: true });
    if (decision === "use") return client;
  } catch (error) {
    client.close();
    throw error;
  }
  client.close();
  return undefined;
}
