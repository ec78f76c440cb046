import type { BuildInfo } from "../base/version.ts";
import type { ImpPaths } from "../platform/paths.ts";

/** How the daemon is to be. */
export interface RunDaemonOptions {
  readonly daemonId: string;
  readonly paths: ImpPaths;
  readonly build: BuildInfo;
  /** False when a client started us in the background: it waits to be told, and the log goes to its file. */
  readonly foreground: boolean;
  /** The directory that the daemon works for. */
  readonly projectDir?: string | undefined;
  /** Whether it shall begin although a settings file is wrong, without what stands in that. */
  readonly mayUseDefaults?: boolean | undefined;
  /** Whether what is to be up and is not, starts only after the first request that changes something. */
  readonly revivesLater?: boolean | undefined;
  /** Records go here; without it to stderr. */
  readonly logFile?: string | undefined;
  readonly logFormat?: "text" | "json" | undefined;
}
