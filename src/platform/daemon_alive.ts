import { isLockHeld } from "./file_lock.ts";
import type { ImpPaths } from "./paths.ts";

/**
 * Whether a daemon lives, by its locks: also while one of their files is gone, which it makes anew, and while nobody
 * listens, because it comes, goes, or was robbed of its socket.
 */
export function isDaemonAlive({ pidFile, stateLock }: ImpPaths): boolean {
  return isLockHeld(pidFile) || isLockHeld(stateLock);
}
