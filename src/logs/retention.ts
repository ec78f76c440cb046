import { parseRunId } from "../base/ids.ts";
import { listNames } from "../platform/log_directory.ts";
import { removeFile } from "../platform/remove_file.ts";
import { removeTree } from "../platform/remove_tree.ts";
import { jobLogDirectory, runOfLogFile } from "./log_paths.ts";

/** Removes the output of one run; returns whether there was any. */
export function removeRunLogs(logsDir: string, jobId: string, run: number): boolean {
  const directory = jobLogDirectory(logsDir, jobId);
  const names = listNames(directory).filter((name) => runOfLogFile(name) === run);
  return names.filter((name) => removeFile(`${directory}/${name}`)).length > 0;
}

/** Removes all output of a job; returns whether there was any. */
export function removeJobLogs(logsDir: string, jobId: string): boolean {
  if (!isJobId(jobId)) return false;
  const directory = jobLogDirectory(logsDir, jobId);
  const hadAny = listNames(directory).length > 0;
  removeTree(directory);
  return hadAny;
}

/** Nothing else is ever removed, whatever a name may say. */
function isJobId(name: string): boolean {
  return parseRunId(`${name}-1`) !== undefined;
}
