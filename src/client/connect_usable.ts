import type { DaemonClient } from "./client.ts";
import { type ConnectOptions, openConnection } from "./connect.ts";
import type { SettingsRule } from "./may_replace.ts";
import { decideVersion } from "./version_rule.ts";

/** Options of `ensureDaemon`. */
export interface EnsureDaemonOptions extends ConnectOptions {
  /** The project that a new daemon is for. */
  readonly project: { readonly dir: string; readonly file?: string | undefined };
  /** `--takeover`: replace a daemon of another build, or one that does not answer. */
  readonly takeover?: boolean;
  /** The command line that this program is started with again; our own by default. */
  readonly command?: readonly string[];
  /** Added to the environment of a new daemon. */
  readonly env?: Record<string, string>;
  /** How many daemons may leave a request to the next one. */
  readonly renewals?: number;
  /** What to make of wrong settings; without it the new daemon decides. */
  readonly settings?: SettingsRule | undefined;
  /** A new daemon shall start what is to be up only after it has done what it is asked for first. */
  readonly revivesLater?: boolean;
  /** How long a new daemon may take to become ready, and an old one to come or go. */
  readonly startLimitMs?: number;
}

/** Daemons that go one after the other while they are asked something are not to be started again and again. */
const MOST_RENEWALS = 2;

/** The options with a way to the next daemon, for what the one they lead to leaves undone. */
export function withRenewal(options: EnsureDaemonOptions): EnsureDaemonOptions {
  const { renewals = MOST_RENEWALS } = options;
  if (options.renew !== undefined || renewals === 0) return options;
  const renewed = { ...options, takeover: false, renewals: renewals - 1 };
  const renew = async () => await (await import("./auto_spawn.ts")).ensureDaemon(renewed);
  return { ...options, renew };
}

/**
 * The daemon if it is there and will do; undefined when there is none, or one that is older than us.
 * @throws AppError as `openConnection` does; `version.mismatch`
 */
export async function connectUsable(
  options: EnsureDaemonOptions,
): Promise<DaemonClient | undefined> {
  const found = await lookForDaemon(options);
  return found === "older" ? undefined : found;
}

/** The same, and tells a daemon that is older than us from none. @throws AppError as {@linkcode connectUsable} does */
export async function lookForDaemon(
  options: EnsureDaemonOptions,
): Promise<DaemonClient | "older" | undefined> {
  const client = await openConnection(withRenewal(options));
  if (client === undefined) return undefined;
  try {
    const decision = decideVersion({ own: options.build, daemon: client.hello, mayTakeOver: true });
    if (decision === "use") return client;
  } catch (error) {
    client.close();
    throw error;
  }
  client.close();
  return "older";
}
