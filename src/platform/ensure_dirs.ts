import { dirname } from "@std/path/posix";
import { type ImpPaths, runtimeDirs, SHARED, socketRoots, stateDirs } from "./paths.ts";
import { ensurePrivateDir } from "./private_dir.ts";
import { checkWay } from "./safe_way.ts";

/**
 * Makes the directories of a daemon, each entered by its owner only and reached by ways that nobody else decides on.
 * @throws AppError `permission.unsafe_directory`
 */
export function ensureDirs(paths: ImpPaths): void {
  for (const dir of [...socketRoots(paths), dirname(paths.stateDir)]) {
    checkWay(dirname(dir));
    ensurePrivateDir(dir, SHARED);
  }
  for (const dir of runtimeDirs(paths)) ensurePrivateDir(dir);
  for (const dir of stateDirs(paths)) ensurePrivateDir(dir);
}
