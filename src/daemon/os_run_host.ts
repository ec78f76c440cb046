import { join } from "@std/path";
import { runLogPaths } from "../logs/log_paths.ts";
import { isLockHeld } from "../platform/file_lock.ts";
import { ensurePrivateDir, type ImpPaths } from "../platform/paths.ts";
import {
  bootId,
  isSameProcess,
  type ProcessIdentity,
  readIdentity,
  signalGroup,
  signalProcess,
} from "../platform/process_identity.ts";
import { ownerOf } from "../platform/process_owner.ts";
import { commandOfRun, findMarked, findShim, membersOfRun } from "../platform/process_tree.ts";
import { withoutMarks } from "../platform/job_marks.ts";
import { daemonMarks } from "../platform/run_marks.ts";
import {
  isRunDirectoryWhole,
  prepareRunDirectory,
  readRunMarker,
  remakeRunDirectory,
  removeRunDirectory,
} from "../platform/run_directory.ts";
import { exitOfOwnChild, takeEndedChildren } from "../platform/own_children.ts";
import { resolveCommand, spawnRun } from "../platform/spawn_job.ts";
import { parseSignal } from "../platform/os_signals.ts";
import type { RunRecord } from "../store/store.ts";
import { createLeftLooks, hasLetGo, realLogsDir, type SessionMember } from "./left_looks.ts";
import type { LaunchOptions, RunFiles, RunHost } from "./run_host.ts";

/** The name of a job's stdin, in its run's directory. */
const STDIN_NAME = "stdin";

/** {@linkcode RunHost} on the real operating system. */
export function createOsRunHost(paths: ImpPaths): RunHost {
  const marks = daemonMarks(paths);
  const stateDir = marks.IMP_STATE_DIR;
  const logsDir = realLogsDir(paths);
  const dirOf = (runId: string) => join(paths.runsDir, runId);
  const filesOf = (jobId: string, run: number): RunFiles => {
    const { stdout, stderr } = runLogPaths(paths.logsDir, jobId, run);
    return { stdout, stderr };
  };
  return {
    bootId: bootId(),
    resolveCommand,
    prepare: (runId, spec) => prepareRunDirectory(dirOf(runId), spec),
    launch: (options) =>
      launch(paths, dirOf(options.runId), filesOf(options.jobId, options.run), {
        ...options,
        env: { ...withoutMarks(options.env), ...marks },
      }),
    marker: (runId) => readRunMarker(dirOf(runId)),
    isOutputOpen: (run) => isLockHeld(filesOf(run.jobId, run.run).stdout),
    isAlive: isSameProcess,
    findShim: (run) => findShimOf(stateDir, run),
    findCommand: (run) => findCommand(dirOf(run.runId), stateDir, run),
    members: (run, isSparing = false) => {
      const found = members(stateDir, run);
      return isSparing
        ? found.filter((member) => !hasLetGo(member, { found, run, logsDir }))
        : found;
    },
    signalGroup: (run, signal) =>
      run.shim === null ? "gone" : signalGroup(run.shim, parseSignal(signal).number),
    signalProcess: (identity, signal) => signalProcess(identity, parseSignal(signal).number),
    maySignal: (identity) => signalProcess(identity, 0) !== "refused",
    ownerOf,
    ...createLeftLooks(paths, logsDir),
    takeExits: takeEndedChildren,
    exitOf: ({ pid }) => exitOfOwnChild(pid),
    isWhole: (runId) => isRunDirectoryWhole(dirOf(runId)),
    remake: (runId, spec) => remakeRunDirectory(dirOf(runId), spec),
    discard: (runId) => removeRunDirectory(dirOf(runId)),
    files: filesOf,
  };
}

/** Where a run's spec and markers are. */
export function runDirOf(paths: ImpPaths, runId: string): string {
  return join(paths.runsDir, runId);
}

/** Where `imp send` writes to. */
export function stdinPathOf(paths: ImpPaths, runId: string): string {
  return join(paths.runsDir, runId, STDIN_NAME);
}

function launch(
  paths: ImpPaths,
  runDir: string,
  files: RunFiles,
  options: LaunchOptions,
): ProcessIdentity {
  ensurePrivateDir(join(paths.logsDir, options.jobId));
  return spawnRun({
    runDir,
    command: options.command,
    cwd: options.workdir,
    env: {
      ...options.env,
      IMP_JOB_ID: options.jobId,
      IMP_RUN_ID: options.runId,
    },
    umask: options.umask,
    surroundings: options.surroundings,
    stdoutPath: files.stdout,
    stderrPath: files.stderr,
    stdinPath: options.stdin ? join(runDir, STDIN_NAME) : undefined,
  }).shim;
}

function findCommand(
  runDir: string,
  stateDir: string,
  run: RunRecord,
): ProcessIdentity | undefined {
  if (run.shim === null || !isSameProcess(run.shim)) return findMarkedCommand(stateDir, run);
  const pid = commandOfRun({ shimPid: run.shim.pid, runDir });
  return pid === undefined ? undefined : readIdentity(pid);
}

/** Without its shim the command is the oldest process that carries the mark. */
function findMarkedCommand(stateDir: string, run: RunRecord): ProcessIdentity | undefined {
  return findMarked(stateDir)
    .filter((process) => process.runId === run.runId)
    .flatMap((process) => readIdentity(process.pid) ?? [])
    .sort((a, b) => Number(BigInt(a.startTime) - BigInt(b.startTime)))[0];
}

function findShimOf(stateDir: string, run: RunRecord): ProcessIdentity | undefined {
  const pid = findShim({ stateDir, runId: run.runId });
  return pid === undefined ? undefined : readIdentity(pid);
}

function members(stateDir: string, run: RunRecord): SessionMember[] {
  const found = membersOfRun({
    shimPid: run.shim?.pid ?? 0,
    shimIdentity: run.shim ?? undefined,
    stateDir,
    runId: run.runId,
  });
  return found.map(({ pid, ppid, session, startTime, comm, pgrp }) => ({
    identity: { pid, startTime, bootId: bootId() },
    command: comm,
    inGroup: pgrp === run.shim?.pid,
    isCommand: ppid === run.shim?.pid,
    session,
  }));
}
