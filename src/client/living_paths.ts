import { isLockHeld } from "../platform/file_lock.ts";
import { type ImpPaths, withRuntimeDir } from "../platform/paths.ts";
import { readTextFile } from "../platform/read_text_file.ts";

/**
 * The paths of the daemon that lives: ours, unless it was started where XDG_RUNTIME_DIR was another. cron, ssh and su
 * know none; the state directory is the same, and says in daemon.json where its daemon listens.
 */
export function livingPaths(paths: ImpPaths): ImpPaths {
  const runtimeDir = readRuntimeDir(paths);
  if (runtimeDir === undefined || runtimeDir === paths.runtimeDir) return paths;
  const elsewhere = withRuntimeDir(paths, runtimeDir);
  return isHeld(elsewhere.pidFile) ? elsewhere : paths;
}

function readRuntimeDir(paths: ImpPaths): string | undefined {
  try {
    const { socket, runtime_dir } = JSON.parse(readTextFile(paths.daemonJson) ?? "{}");
    if (typeof runtime_dir === "string") return runtime_dir;
    return /^(\/.+)\/daemon\.sock$/.exec(socket)?.[1];
  } catch {
    return undefined;
  }
}

function isHeld(path: string): boolean {
  try {
    return isLockHeld(path);
  } catch {
    // Somebody else's directory by now.
    return false;
  }
}
