import type { AppError } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import type { BuildInfo } from "../base/version.ts";
import type { ImpPaths } from "../platform/paths.ts";
import type { DaemonClient } from "./client.ts";

/** Options of `connectDaemon` and `openConnection`. */
export interface ConnectOptions {
  readonly paths: ImpPaths;
  readonly build: BuildInfo;
  readonly clock?: Clock;
  readonly timeoutMs?: number;
  /** How much longer than `timeoutMs` to wait for a daemon that was not stopped. */
  readonly patienceMs?: number;
  readonly heartbeatIntervalMs?: number;
  /** Connects to the next daemon, for requests that this one leaves undone when it goes. */
  readonly renew?: (() => Promise<DaemonClient>) | undefined;
}

/** What to make of settings that are wrong, when a daemon is to be started or replaced. */
export interface SettingsRule {
  /** Let it begin without what stands in the wrong file: who wants to look, stop or remove must not be kept from it. */
  readonly mayUseDefaults: boolean;
  /** What is wrong with the settings that a new daemon would have; undefined when they are right. */
  check(): Promise<AppError | undefined>;
  /** Tells the user of what is odd about the settings of the daemon that was started. */
  tell(notes: readonly string[]): void;
}

/** Options of `ensureDaemon`. */
export interface EnsureDaemonOptions extends ConnectOptions {
  /** What makes a call of this program its daemon, and says what that is for. */
  readonly daemonWords: readonly string[];
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
