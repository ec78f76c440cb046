import { readPidFile } from "../facts/pid_text.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { type ProcessIdentity, readIdentity } from "../platform/processes/process_identity.ts";
import { isSameDirectory } from "../platform/same_directory.ts";

/**
 * The process that holds the daemon's locks, by what it wrote into their files, one of which may be gone; undefined when
 * the pid is another's by now, and for the daemon of another state, which is not ours.
 */
export function readDaemonProcess(paths: ImpPaths): ProcessIdentity | undefined {
  const owner = readPidFile(paths.pidFile) ?? readPidFile(paths.stateLock);
  const identity = owner && readIdentity(owner.pid);
  if (owner === undefined || identity === undefined) return undefined;
  if (!isSameDirectory(owner.stateDir ?? paths.stateDir, paths.stateDir)) return undefined;
  if ((owner.startTime ?? identity.startTime) !== identity.startTime) return undefined;
  return (owner.bootId ?? identity.bootId) === identity.bootId ? identity : undefined;
}
