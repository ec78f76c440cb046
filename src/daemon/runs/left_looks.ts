import { parseRunId } from "../../base/ids.ts";
import { jobLogDirectory, runLogPaths, runOfLogFile } from "../../logs/log_paths.ts";
import { isOutputHeld } from "../../platform/spawn/locked_output.ts";
import { lookAtKeptOutputs } from "../../platform/spawn/kept_output.ts";
import { findHolders, findLeft, hasSurelyLeftNobody } from "../../platform/spawn/left_processes.ts";
import { listNames } from "../../platform/log_directory.ts";
import { readWrittenFiles } from "../../platform/processes/open_files.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { bootId, isGroupThere } from "../../platform/processes/process_identity.ts";
import type { ProcessEntry } from "../../platform/processes/process_table.ts";
import { readMarks, stateDirMark } from "../../platform/processes/run_marks.ts";
import type { RunRecord } from "../../store/store.ts";
import type { LeftProcess, RunHost, RunMember } from "./run_host.ts";
import { keptOutputsOf } from "./run_outputs.ts";

type LeftLooks = Pick<
  RunHost,
  | "findLeft"
  | "mayHaveLeft"
  | "hasSurelyLeftNobody"
  | "isAnyOutputOpen"
  | "areKeepersBusy"
  | "findHolders"
>;

/** The looks of {@linkcode RunHost} at what runs that are over have left. */
export function createLeftLooks(
  paths: ImpPaths,
  runOfOutput: (path: string) => string | undefined,
): LeftLooks {
  const stateDir = stateDirMark(paths);
  const marked = { ...paths, stateDir };
  const isOutput = (path: string) => runOfOutput(path) !== undefined;
  const mayHaveLeft = (run: RunRecord) => {
    const { stdout, stderr } = runLogPaths(paths.logsDir, run.jobId, run.run);
    return isOpen(stdout) || isOpen(stderr) || run.shim !== null && isGroupThere(run.shim);
  };
  return {
    findLeft: (query) =>
      findLeft({ ...query, stateDir, isOutput }).flatMap(({ entry, runId, hasLetGo }) =>
        toLeftProcess(entry, runId, { hasLetGo })
      ),
    mayHaveLeft,
    // Who is only at the output is asked for last: nobody comes to it by himself.
    hasSurelyLeftNobody: (run, elapsedMs) =>
      hasSurelyLeftNobody({ ...run, stateDir }, elapsedMs) && !mayHaveLeft(run),
    isAnyOutputOpen: (jobId, exceptRun) =>
      runsWithOutput(paths, jobId).some((run) =>
        run !== exceptRun &&
        keptOutputsOf(marked, { jobId, run }).some(({ logPath }) => isOpen(logPath))
      ),
    areKeepersBusy: (jobId) => {
      const outputs = runsWithOutput(paths, jobId).flatMap((run) =>
        keptOutputsOf(marked, { jobId, run })
      );
      return lookAtKeptOutputs(outputs).includes("busy");
    },
    findHolders: (jobIds) => {
      const meant = new Set(jobIds);
      const isMeant = (path: string) => meant.has(parseRunId(runOfOutput(path) ?? "")?.jobId ?? "");
      return findHolders(isMeant).flatMap((entry) => {
        const [path] = readWrittenFiles(entry.pid, isMeant) ?? [];
        const runId = path === undefined ? undefined : runOfOutput(path);
        return runId === undefined ? [] : toLeftProcess(entry, runId, { isHolder: true });
      });
    },
  };
}

function runsWithOutput({ logsDir }: ImpPaths, jobId: string): number[] {
  const runs = listNames(jobLogDirectory(logsDir, jobId)).map(runOfLogFile);
  return [...new Set(runs.filter((run) => run !== undefined))];
}

/** Whether a process of a run that goes on has left its session and its output, and is not its command. */
export function hasLetGo(
  { session, identity: { pid } }: SessionMember,
  { found, run, isOutput }: {
    found: readonly SessionMember[];
    run: RunRecord;
    isOutput: (path: string) => boolean;
  },
): boolean {
  const command = found.find(({ isCommand }) => isCommand);
  if (session === run.shim?.pid || session === command?.session || run.shim === null) return false;
  if (readMarks(pid)?.runId !== run.runId) return false;
  return readWrittenFiles(pid, isOutput)?.length === 0;
}

/** A member of a run with the session that it is in. */
export interface SessionMember extends RunMember {
  readonly session: number;
}

function toLeftProcess(
  { pid, startTime, comm }: ProcessEntry,
  runId: string,
  traits: { hasLetGo?: boolean; isHolder?: boolean },
): LeftProcess[] {
  const id = parseRunId(runId);
  if (id === undefined) return [];
  const identity = { pid, startTime, bootId: bootId() };
  return [{ identity, command: comm, inGroup: false, hasLetGo: false, ...id, ...traits }];
}

/** A file that cannot be looked at tells nothing. */
function isOpen(path: string): boolean {
  try {
    return isOutputHeld(path);
  } catch {
    return false;
  }
}
