import { failpoint } from "../platform/failpoint.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { removeFile } from "../platform/remove_file.ts";
import { discardTree } from "../platform/remove_tree.ts";

/**
 * Lets go of the daemon's lock, which is the last thing it does; with `erased` nothing of these paths is left. That is
 * done under the lock, because what is there afterwards may be the next daemon's.
 */
export function releaseLock(lock: Disposable, erased: ImpPaths | undefined): void {
  using _lock = lock;
  if (erased === undefined) return;
  removeFile(erased.socket);
  removeFile(erased.statusSocket);
  failpoint("erase.sockets_removed");
  discardTree(erased.stateDir);
  failpoint("erase.state_removed");
  // The directory of the lock goes last: from then on the next daemon may be there.
  discardTree(erased.runtimeDir);
  failpoint("erase.all_removed");
}
