import { isLockHeld } from "../platform/file_lock.ts";
import { type ImpPaths, withRuntimeDir } from "../platform/paths.ts";
import { fileExists } from "../platform/remove_file.ts";

/**
 * The paths of the daemon that lives: ours, unless it was started where XDG_RUNTIME_DIR was another. cron, ssh and su
 * know none; the state directory is the same, and says in daemon.json where its daemon is.
 */
export async function livingPaths(paths: ImpPaths): Promise<ImpPaths> {
  if (isHeld(paths.pidFile) || !fileExists(paths.daemonJson)) return paths;
  // It brings zod along, which a call that finds its daemon, or starts the first, does without.
  const { readDaemonJson } = await import("../facts/daemon_json.ts");
  const runtimeDir = readDaemonJson(paths)?.runtime_dir;
  if (runtimeDir === undefined || runtimeDir === paths.runtimeDir) return paths;
  const elsewhere = withRuntimeDir(paths, runtimeDir);
  return isHeld(elsewhere.pidFile) ? elsewhere : paths;
}

function isHeld(path: string): boolean {
  try {
    return isLockHeld(path);
  } catch {
    // Somebody else's directory by now.
    return false;
  }
}
