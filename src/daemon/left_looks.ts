import { parseRunId } from "../base/ids.ts";
import { jobLogDirectory, runLogPaths, runOfLogFile } from "../logs/log_paths.ts";
import { isLockHeld } from "../platform/file_lock.ts";
import { findHolders, findLeft, hasSurelyLeftNobody } from "../platform/left_processes.ts";
import { listNames } from "../platform/log_directory.ts";
import { readWrittenFiles } from "../platform/open_files.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { bootId, isGroupThere } from "../platform/process_identity.ts";
import type { ProcessEntry } from "../platform/process_table.ts";
import { readMarks, stateDirMark } from "../platform/run_marks.ts";
import type { RunRecord } from "../store/store.ts";
import type { LeftProcess, RunHost, RunMember } from "./run_host.ts";

type LeftLooks = Pick<
  RunHost,
  "findLeft" | "mayHaveLeft" | "hasSurelyLeftNobody" | "isAnyOutputOpen" | "findHolders"
>;

/** Where the output is, as the links of open files tell it. */
export function realLogsDir(paths: Pick<ImpPaths, "stateDir" | "logsDir">): string {
  return stateDirMark(paths) + paths.logsDir.slice(paths.stateDir.length);
}

/** The looks of {@linkcode RunHost} at what runs that are over have left. */
export function createLeftLooks(paths: ImpPaths, logsDir: string): LeftLooks {
  const stateDir = stateDirMark(paths);
  const mayHaveLeft = (run: RunRecord) => {
    const { stdout, stderr } = runLogPaths(paths.logsDir, run.jobId, run.run);
    return isOpen(stdout) || isOpen(stderr) || run.shim !== null && isGroupThere(run.shim);
  };
  return {
    findLeft: ({ live, runsLedBy }) =>
      findLeft({ stateDir, logsDir, live, runsLedBy }).flatMap(({ entry, runId, hasLetGo }) =>
        toLeftProcess(entry, runId, { hasLetGo })
      ),
    mayHaveLeft,
    // Who is only at the output is asked for last: nobody comes to it by himself.
    hasSurelyLeftNobody: (run, elapsedMs) =>
      hasSurelyLeftNobody({ ...run, stateDir }, elapsedMs) && !mayHaveLeft(run),
    isAnyOutputOpen: (jobId, exceptRun) => {
      const directory = jobLogDirectory(paths.logsDir, jobId);
      return listNames(directory).some((name) => {
        const run = runOfLogFile(name);
        return run !== undefined && run !== exceptRun && name.endsWith(".log") &&
          isOpen(`${directory}/${name}`);
      });
    },
    findHolders: (jobIds) => {
      const directories = jobIds.map((id) => `${jobLogDirectory(logsDir, id)}/`);
      const isMeant = (path: string) => directories.some((each) => path.startsWith(each));
      return findHolders(isMeant).flatMap((entry) => {
        const runId = runIdOf(readWrittenFiles(entry.pid, isMeant)?.[0], logsDir);
        return runId === undefined ? [] : toLeftProcess(entry, runId, { isHolder: true });
      });
    },
  };
}

/** Whether a process of a run that goes on has left its session and its output, and is not its command. */
export function hasLetGo(
  { session, identity: { pid } }: SessionMember,
  { found, run, logsDir }: { found: readonly SessionMember[]; run: RunRecord; logsDir: string },
): boolean {
  const command = found.find(({ isCommand }) => isCommand);
  if (session === run.shim?.pid || session === command?.session || run.shim === null) return false;
  if (readMarks(pid)?.runId !== run.runId) return false;
  return readWrittenFiles(pid, (path) => path.startsWith(`${logsDir}/`))?.length === 0;
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
    return isLockHeld(path);
  } catch {
    return false;
  }
}

function runIdOf(path: string | undefined, logsDir: string): string | undefined {
  const [jobId, name] = path?.slice(logsDir.length + 1).split("/") ?? [];
  const run = name === undefined ? undefined : runOfLogFile(name);
  return run === undefined ? undefined : `${jobId}-${run}`;
}
