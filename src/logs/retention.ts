import { parseRunId } from "../base/ids.ts";
import { listNames } from "../platform/log_directory.ts";
import { removeFile } from "../platform/remove_file.ts";
import { removeTree } from "../platform/remove_tree.ts";
import { jobLogDirectory, runOfLogFile } from "./log_paths.ts";

/** The numbers of the runs that have output files, the oldest first. */
export function listLoggedRuns(logsDir: string, jobId: string): number[] {
  const runs = listNames(jobLogDirectory(logsDir, jobId)).map(runOfLogFile);
  return [...new Set(runs.filter((run) => run !== undefined))].sort((a, b) => a - b);
}

/** Removes the output of one run; returns whether there was any. */
export function removeRunLogs(logsDir: string, jobId: string, run: number): boolean {
  const directory = jobLogDirectory(logsDir, jobId);
  const names = listNames(directory).filter((name) => runOfLogFile(name) === run);
  return names.filter((name) => removeFile(`${directory}/${name}`)).length > 0;
}

/** Removes the output of all but the newest `keep` runs; returns the numbers of the removed ones. */
export function pruneRunLogs(logsDir: string, jobId: string, keep: number): number[] {
  const runs = listLoggedRuns(logsDir, jobId);
  const old = runs.slice(0, Math.max(0, runs.length - keep));
  return old.filter((run) => removeRunLogs(logsDir, jobId, run));
}

/** Removes all output of a job; returns whether there was any. */
export function removeJobLogs(logsDir: string, jobId: string): boolean {
  if (!isJobId(jobId)) return false;
  const directory = jobLogDirectory(logsDir, jobId);
  const hadAny = listNames(directory).length > 0;
  removeTree(directory);
  return hadAny;
}

/** The ids that have output files although no job has them: what a removal left that was cut short. */
export function findOrphanedLogs(logsDir: string, isKnown: (jobId: string) => boolean): string[] {
  return listNames(logsDir).filter((name) => isJobId(name) && !isKnown(name)).sort();
}

/** Nothing else is ever removed, whatever a name may say. */
function isJobId(name: string): boolean {
  return parseRunId(`${name}-1`) !== undefined;
}
