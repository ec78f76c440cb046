import { parseRunId } from "../../base/ids.ts";
import { isLockHeld } from "../../platform/file_lock.ts";
import { listNames } from "../../platform/log_directory.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { findMarked, findShim } from "../../platform/processes/process_tree.ts";
import { hasRunEnded } from "../../platform/run_directory.ts";
import { stateDirMark } from "../../platform/processes/run_marks.ts";
import { runLogPaths } from "../../logs/log_paths.ts";

/** A run of which something is there: processes, a directory, or both. */
export interface SeenRun {
  readonly runId: string;
  readonly jobId: string;
  readonly pids: readonly number[];
  /**
   * True while it counts as going on: its end is not written down, or its shim lives. What does not is what an ended
   * run left.
   */
  readonly goesOn: boolean;
  readonly hasDirectory: boolean;
}

/** Every run that processes or directories tell of, whatever any daemon knows. */
export function findSeenRuns(paths: ImpPaths): SeenRun[] {
  const stateDir = stateDirMark(paths);
  const directories = new Set(listNames(paths.runsDir));
  const pids = new Map<string, number[]>();
  for (const { runId, pid } of findMarked(stateDir)) {
    pids.set(runId, [...pids.get(runId) ?? [], pid]);
  }
  return [...new Set([...directories, ...pids.keys()])].flatMap((runId) => {
    // An exec has marks, too, and is no run.
    const jobId = parseRunId(runId)?.jobId;
    if (jobId === undefined) return [];
    const hasDirectory = directories.has(runId);
    const isOpen = hasDirectory && !hasRunEnded(`${paths.runsDir}/${runId}`);
    const goesOn = isOpen || findShim({ stateDir, runId }) !== undefined;
    return [{ runId, jobId, pids: pids.get(runId) ?? [], goesOn, hasDirectory }];
  });
}

/** Whether anybody may still write to the output of this job. */
export function isOutputHeld({ logsDir }: ImpPaths, jobId: string): boolean {
  const runs = new Set(listNames(`${logsDir}/${jobId}`).map((name) => Number.parseInt(name)));
  return [...runs].filter(Number.isSafeInteger)
    .some((run) => isLockHeld(runLogPaths(logsDir, jobId, run).stdout));
}
