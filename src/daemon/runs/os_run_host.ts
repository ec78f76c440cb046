import { join } from "@std/path/posix";
import { runLogPaths } from "../../logs/log_paths.ts";
import { isOutputHeld } from "../../platform/spawn/locked_output.ts";
import type { ImpPaths } from "../../platform/paths.ts";
import { ensurePrivateDir } from "../../platform/private_dir.ts";
import {
  bootId,
  isSameProcess,
  type ProcessIdentity,
  readIdentity,
  signalGroup,
  signalProcess,
} from "../../platform/processes/process_identity.ts";
import { canBind } from "../../platform/processes/free_port.ts";
import { findPortHolders } from "../../platform/processes/port_holders.ts";
import { ownerOf } from "../../platform/processes/process_owner.ts";
import {
  commandOfRun,
  findMarked,
  findShim,
  membersOfRun,
} from "../../platform/processes/process_tree.ts";
import { withoutMarks } from "../../platform/job_marks.ts";
import { daemonMarks } from "../../platform/processes/run_marks.ts";
import {
  isRunDirectoryWhole,
  prepareRunDirectory,
  readRunMarker,
  remakeRunDirectory,
  removeRunDirectory,
  stdinPathOf,
} from "../../platform/run_directory.ts";
import { createOomKillsReader } from "../../platform/oom_kills.ts";
import {
  exitOfOwnChild,
  isLivingOwnChild,
  takeEndedChildren,
} from "../../platform/own_children.ts";
import { resolveCommand } from "../../platform/resolve_command.ts";
import { spawnRun } from "../../platform/spawn/spawn_run.ts";
import { lookAtKeptOutputs } from "../../platform/spawn/kept_output.ts";
import { resizeTerminalOf } from "../../platform/spawn/job_terminal.ts";
import { parseSignal } from "../../platform/os_signals.ts";
import { uptimeMs } from "../../platform/uptime.ts";
import type { RunRecord } from "../../store/store.ts";
import { createKeeperTending } from "./keeper_tending.ts";
import { createLeftLooks, hasLetGo, type SessionMember } from "./left_looks.ts";
import type { LaunchOptions, RunFiles, RunHost } from "./run_host.ts";
import { createRunOfOutput, keptOutputsOf } from "./run_outputs.ts";

/** {@linkcode RunHost} on the real operating system. */
export function createOsRunHost(paths: ImpPaths): RunHost {
  const marks = daemonMarks(paths);
  const stateDir = marks.IMP_STATE_DIR;
  const marked = { ...paths, stateDir };
  const runOfOutput = createRunOfOutput(paths);
  const isOutput = (path: string) => runOfOutput(path) !== undefined;
  const dirOf = (runId: string) => runDirOf(paths, runId);
  const filesOf = (jobId: string, run: number): RunFiles => {
    const { stdout, stderr } = runLogPaths(paths.logsDir, jobId, run);
    return { stdout, stderr };
  };
  const isOutputOpen = (run: RunRecord) =>
    keptOutputsOf(marked, run).some(({ logPath }) => isOutputHeld(logPath));
  return {
    bootId: bootId(),
    uptimeMs,
    stateDir,
    resolveCommand,
    oomKills: createOomKillsReader(),
    prepare: (runId, spec) => prepareRunDirectory(dirOf(runId), spec),
    launch: (options) =>
      launch(marked, dirOf(options.runId), filesOf(options.jobId, options.run), {
        ...options,
        env: { ...withoutMarks(options.env), ...marks },
      }),
    marker: (runId) => readRunMarker(dirOf(runId)),
    isOutputOpen,
    hasOutputSettled: (run, isClose) => {
      if (!isClose) return !isOutputOpen(run);
      return !lookAtKeptOutputs(keptOutputsOf(marked, run)).includes("busy");
    },
    ...createKeeperTending(paths),
    isAlive: (identity) => isLivingOwnChild(identity) ?? isSameProcess(identity),
    findShim: (run) => findShimOf(stateDir, run),
    findCommandProcess: (run) => findCommandProcess(dirOf(run.runId), stateDir, run),
    members: (run, isSparing = false) => {
      const found = members(stateDir, run);
      return isSparing
        ? found.filter((member) => !hasLetGo(member, { found, run, isOutput }))
        : found;
    },
    signalGroup: (run, signal) =>
      run.shim === null ? "gone" : signalGroup(run.shim, parseSignal(signal).number),
    signalProcess: (identity, signal) => signalProcess(identity, parseSignal(signal).number),
    resizeTerminal: async (shim, size) =>
      isSameProcess(shim) && await resizeTerminalOf(shim.pid, size),
    maySignal: (identity) => signalProcess(identity, 0) !== "refused",
    findPortHolders,
    isPortFree: canBind,
    ownerOf,
    ...createLeftLooks(paths, runOfOutput),
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
  return `${paths.runsDir}/${runId}`;
}

function launch(
  paths: ImpPaths,
  runDir: string,
  files: RunFiles,
  options: LaunchOptions,
): ProcessIdentity | null {
  ensurePrivateDir(join(paths.logsDir, options.jobId));
  return spawnRun({
    runDir,
    stateDir: paths.stateDir,
    runId: options.runId,
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
    stdinPath: options.stdin || options.terminal ? stdinPathOf(paths, options.runId) : undefined,
    terminal: options.terminal ?? undefined,
  }).shim ?? null;
}

function findCommandProcess(
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
