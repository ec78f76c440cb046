import { parseRunId } from "../../base/ids.ts";
import { runLogPaths, runOfLogFile } from "../../logs/log_paths.ts";
import { keeperMark } from "../../platform/spawn/keeper.ts";
import type { KeptOutput } from "../../platform/spawn/kept_output.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { stateDirMark } from "../../platform/processes/run_marks.ts";

type OutputPaths = Pick<ImpPaths, "stateDir" | "runsDir" | "logsDir">;

/**
 * Tells of a path in a list of open files whose output it is: of a run's pipes, which have lost their names, or of its
 * files, which the runs of older builds have written to by themselves. Undefined for everything else.
 */
export function createRunOfOutput(paths: OutputPaths): (path: string) => string | undefined {
  // Links of open files know no symbolic links on the way.
  const stateDir = stateDirMark(paths);
  const realOf = (dir: string) => `${stateDir}${dir.slice(paths.stateDir.length)}/`;
  const [runsDir, logsDir] = [realOf(paths.runsDir), realOf(paths.logsDir)];
  return (path) => {
    if (path.startsWith(runsDir)) return runOfPipe(path.slice(runsDir.length));
    return path.startsWith(logsDir) ? runOfFile(path.slice(logsDir.length)) : undefined;
  };
}

/** `V3x-1/stdout`; its stdin is there, too, and is no output. */
function runOfPipe(path: string): string | undefined {
  const [runId = "", name = ""] = path.split("/");
  return name === "stdout" || name === "stderr" ? parseRunId(runId) && runId : undefined;
}

/** `V3x/1.stdout.log` */
function runOfFile(path: string): string | undefined {
  const [jobId, name = ""] = path.split("/");
  const run = runOfLogFile(name);
  return run === undefined ? undefined : `${jobId}-${run}`;
}

/** The streams of a run with their keepers; `stateDir` is the mark of the daemon. */
export function keptOutputsOf(
  { stateDir, logsDir }: Pick<ImpPaths, "stateDir" | "logsDir">,
  { jobId, run }: { readonly jobId: string; readonly run: number },
): KeptOutput[] {
  const runId = `${jobId}-${run}`;
  const logs = runLogPaths(logsDir, jobId, run);
  return (["stdout", "stderr"] as const).map((stream) => ({
    stream,
    mark: keeperMark({ stateDir, runId, stream }),
    logPath: logs[stream],
  }));
}
