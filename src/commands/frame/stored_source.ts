import { StoredJobs } from "../../daemon/jobs/stored_jobs.ts";
import { isDaemonAlive } from "../../platform/daemon_alive.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { fileExists } from "../../platform/remove_file.ts";
import type { CommandNature, JobSource } from "./command.ts";

/**
 * What the last daemon left, for a command that needs no daemon. One takes daemon.json away when
 * it ends in order. Where that has stayed it was lost, and one is started to carry on, if there is something to carry on
 * with. What stops or removes needs one where anything is up or lives.
 */
export function readStoredSource(
  paths: ImpPaths,
  nature: CommandNature,
): JobSource<never> | "a daemon must do it" | "a daemon comes or goes" {
  if (isDaemonAlive(paths)) return "a daemon comes or goes";
  let jobs: StoredJobs;
  try {
    jobs = new StoredJobs(paths);
  } catch {
    // Damaged, of another build, or in use: a daemon knows what to do about it, and says what is wrong.
    return "a daemon must do it";
  }
  const isLost = fileExists(paths.daemonJson);
  const hasWork = nature === "ends" ? jobs.hasWork || jobs.hasLiving : isLost && jobs.hasWork;
  if (hasWork || jobs.hasLostRuns) return "a daemon must do it";
  return { client: undefined, request: (name, payload) => jobs.request(name, payload) };
}
