import type { ProcessIdentity } from "./process_identity.ts";

/** One line of the process table. */
export interface ProcessEntry {
  readonly pid: number;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  /** `R`, `S`, `D`, `T`, `Z`, … */
  readonly state: string;
  readonly startTime: string;
  readonly comm: string;
}

/** The marks that imp puts into the environment of every job. */
export interface RunMarks {
  readonly daemonId: string;
  readonly jobId: string;
  readonly runId: string;
}

/** All processes that can be seen. */
export function listProcesses(): ProcessEntry[] {
  throw new Error("not there yet");
}

/** The marks in a process's environment, if it carries them and we may look. */
export function readMarks(_pid: number): RunMarks | undefined {
  throw new Error("not there yet");
}

/** The pids of a process's children. */
export function childrenOf(_pid: number): number[] {
  throw new Error("not there yet");
}

/** What {@linkcode membersOfRun} goes by. */
export interface RunMembersOptions {
  readonly shimPid: number;
  /** Guards against a shim pid that belongs to a stranger by now. */
  readonly shimIdentity?: ProcessIdentity | undefined;
  readonly daemonId: string;
  readonly runId: string;
}

/** Every living process of a run: its session, all descendants, and who carries its marks; without the shim. */
export function membersOfRun(_options: RunMembersOptions): ProcessEntry[] {
  throw new Error("not there yet");
}

/** Every living process that carries the marks of this daemon's jobs. */
export function findMarked(_daemonId: string): { pid: number; jobId: string; runId: string }[] {
  throw new Error("not there yet");
}
