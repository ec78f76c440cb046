import { basename, dirname, join } from "@std/path/posix";
import { listNames } from "./log_directory.ts";
import type { ImpPaths } from "./paths.ts";
import { removeTree } from "./remove_tree.ts";

/** What writeFileAtomic leaves when it is killed. */
const HALF_WRITTEN = /\.[0-9a-f]{8}\.tmp$/;

/**
 * What daemons that were killed left half done: files half written, directories half removed. Only while no other
 * daemon is there; one that is may be at it.
 */
export function findLeftovers({ stateDir, runtimeDir }: ImpPaths): string[] {
  const isHalfRemoved = (name: string, of: string) => name.startsWith(`.${basename(of)}.gone-`);
  return [
    ...listNames(stateDir).filter((name) => HALF_WRITTEN.test(name)).map((name) =>
      join(stateDir, name)
    ),
    ...[stateDir, runtimeDir].flatMap((dir) =>
      listNames(dirname(dir)).filter((name) => isHalfRemoved(name, dir)).map((name) =>
        join(dirname(dir), name)
      )
    ),
  ];
}

/** Removes them; returns how many. What cannot be removed is for `imp doctor` to tell. */
export function removeLeftovers(paths: ImpPaths): number {
  return findLeftovers(paths).filter((path) => {
    try {
      removeTree(path);
      return true;
    } catch {
      return false;
    }
  }).length;
}
