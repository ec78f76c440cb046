import type { ImpPaths } from "../platform/paths.ts";
import { removeFile } from "../platform/remove_file.ts";
import { removeTree } from "../platform/remove_tree.ts";

/** Leaves nothing of a daemon on disk. */
export function eraseAll(paths: ImpPaths): void {
  removeTree(paths.stateDir);
  removeTree(paths.runtimeDir);
  removeFile(paths.socket);
  removeFile(paths.statusSocket);
}
