/**
 * `service/` gives the daemon into the hands of systemd or launchd: the text of a unit, its installation and removal, and
 * starting and stopping through whoever owns it. It never talks to the daemon itself.
 */

/** What a service manager has to know about a daemon; the texts follow from this alone. */
export interface ServiceSpec {
  readonly daemonId: string;
  readonly projectDir: string;
  /** The whole command line; its first word is an absolute path. */
  readonly command: readonly string[];
  /** The command line that has the settings read again, and fails when they are wrong. */
  readonly reloadCommand: readonly string[];
  /** What the daemon needs to find the same directories as the clients. */
  readonly environment: Readonly<Record<string, string>>;
  /** How long a stop may take before the manager takes it into its own hands. */
  readonly stopTimeoutMs: number;
  /** For a service of the system: whose daemon it is. */
  readonly user?: ServiceUser | undefined;
}

/** The user a service of the system runs as. */
export interface ServiceUser {
  readonly uid: number;
  /** A name or a number. */
  readonly name: string;
}

/** The time without a sign of life after which the daemon is taken for dead. */
export const WATCHDOG_SECONDS = 30;
