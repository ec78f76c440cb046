import { readPidFile } from "../facts/pid_text.ts";
import type { ImpPaths } from "../platform/paths.ts";

/** The pid that the daemon wrote into its lock file; good for showing it. */
export function readDaemonPid(paths: ImpPaths): number | undefined {
  return (readPidFile(paths.pidFile) ?? readPidFile(paths.stateLock))?.pid;
}
