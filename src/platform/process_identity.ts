import { AppError } from "../base/app_error.ts";
import { readDarwinBootId } from "./darwin_processes.ts";
import { errnoName, errnoOf, lastErrno, openLibc } from "./libc.ts";
import { parseSignal } from "./os_signals.ts";
import { isZombie, listProcesses, type ProcessEntry, readProcess } from "./process_table.ts";
import { readMarks } from "./run_marks.ts";
import { SHIM_CATCHES } from "./shim.ts";

/** A process that cannot be mistaken for another one that got its pid later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the platform counts it, to be compared only. */
  readonly startTime: string;
  /** This boot of the machine (and pid namespace); pids of another one mean nothing here. */
  readonly bootId: string;
}

/** The identity of a living process; undefined when there is none or it is a zombie. */
export function readIdentity(pid: number): ProcessIdentity | undefined {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const entry = readProcess(pid);
  if (entry === undefined || isZombie(entry)) return undefined;
  return { pid, startTime: entry.startTime, bootId: bootId() };
}

/** Whether exactly this process still lives; a zombie does not. */
export function isSameProcess(identity: ProcessIdentity): boolean {
  // What means everybody, our own group or init is never one of ours.
  if (identity.pid <= 1 || identity.bootId !== bootId()) return false;
  return readIdentity(identity.pid)?.startTime === identity.startTime;
}

let knownBootId: string | undefined;

/** Names this boot of the machine and this pid namespace: in another container the same pid is another process. */
export function bootId(): string {
  knownBootId ??= Deno.build.os === "linux" ? readLinuxBootId() : readDarwinBootId();
  return knownBootId;
}

function readLinuxBootId(): string {
  const boot = Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
  try {
    const namespace = Deno.readLinkSync("/proc/self/ns/pid").replace(/\D/g, "");
    return `${boot}/${namespace}`;
  } catch {
    return boot;
  }
}

/** By name (`TERM`, `SIGTERM`) or number; 0 only asks whether it could be signalled. */
export type SignalLike = string | number;

const PIDFD_OPEN = 434n;
const PIDFD_SEND_SIGNAL = 424n;

/** What a process outlives unless it asks for it, or what only stops and continues it. */
const HARMLESS = [
  "SIGCHLD",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGWINCH",
];
const FOR_THE_WHOLE_GROUP: ReadonlySet<number> = new Set([
  0,
  ...[...SHIM_CATCHES, ...HARMLESS].map((name) => parseSignal(name).number),
]);

/** A group may grow while its members are signalled one by one. */
const PASSES = 3;

/**
 * Signals exactly this process; false when it is gone, and for pids ≤ 1 and our own.
 * @throws AppError `permission.signal`
 */
export function signalProcess(identity: ProcessIdentity, signal: SignalLike): boolean {
  const number = numberOf(signal);
  if (!isAllowedTarget(identity.pid) || identity.bootId !== bootId()) return false;
  const pidfd = openPidfd(identity.pid);
  if (pidfd === undefined) {
    return isSameProcess(identity) && wasSent(openLibc().kill(identity.pid, number), identity.pid);
  }
  if (pidfd < 0) return false;
  try {
    // Compared after the descriptor was opened: from here on it means this process and no later one.
    if (!isSameProcess(identity)) return false;
    const result = openLibc().syscall!(PIDFD_SEND_SIGNAL, BigInt(pidfd), BigInt(number), 0n, 0n);
    return wasSent(Number(result), identity.pid);
  } finally {
    openLibc().close(pidfd);
  }
}

/**
 * Signals the process group that `leader` leads, also after the leader's end. The leader (the shim) itself is
 * left out of signals it cannot catch, KILL among them. False when nobody is left.
 * @throws AppError `permission.signal`
 */
export function signalGroup(leader: ProcessIdentity, signal: SignalLike): boolean {
  const number = numberOf(signal);
  const group = leader.pid;
  if (!isAllowedTarget(group) || leader.bootId !== bootId()) return false;
  if (openLibc().getpgid(0) === group || !isGroupOf(leader)) return false;
  if (FOR_THE_WHOLE_GROUP.has(number)) return wasSent(openLibc().kill(-group, number), -group);
  const signalled = new Set<number>();
  for (let pass = 0; pass < PASSES; pass++) {
    const newcomers = groupMembers(group).filter((entry) => !signalled.has(entry.pid));
    if (newcomers.length === 0) break;
    for (const { pid, startTime } of newcomers) {
      if (signalProcess({ pid, startTime, bootId: leader.bootId }, number)) signalled.add(pid);
    }
  }
  return signalled.size > 0;
}

/** Whether the group numbered like `leader` is the one that it leads or led. */
function isGroupOf(leader: ProcessIdentity): boolean {
  const there = readProcess(leader.pid);
  if (there !== undefined) {
    return there.startTime === leader.startTime && there.pgrp === leader.pid;
  }
  // As long as the group has a member its number is given to no new process; but a stranger may have led it since.
  const members = groupMembers(leader.pid);
  return members.length > 0 &&
    members.every((entry) =>
      entry.session === leader.pid && BigInt(entry.startTime) >= BigInt(leader.startTime)
    ) &&
    members.some((entry) => readMarks(entry.pid) !== undefined);
}

function groupMembers(group: number): ProcessEntry[] {
  return listProcesses().filter((entry) =>
    entry.pgrp === group && entry.pid !== group && !isZombie(entry)
  );
}

function isAllowedTarget(pid: number): boolean {
  return Number.isInteger(pid) && pid > 1 && pid !== Deno.pid;
}

function numberOf(signal: SignalLike): number {
  return typeof signal === "number" ? signal : parseSignal(signal).number;
}

/** A descriptor of the process, -1 when there is no such process, undefined where the kernel has none. */
function openPidfd(pid: number): number | undefined {
  const syscall = openLibc().syscall;
  if (Deno.build.os !== "linux" || !syscall) return undefined;
  const fd = Number(syscall(PIDFD_OPEN, BigInt(pid), 0n, 0n, 0n));
  if (fd >= 0) return fd;
  return lastErrno() === errnoOf("ESRCH") ? -1 : undefined;
}

function wasSent(result: number, target: number): boolean {
  if (result === 0) return true;
  const errno = lastErrno();
  if (errno === errnoOf("ESRCH")) return false;
  const whom = target < 0 ? `process group ${-target}` : `process ${target}`;
  throw new AppError("permission.signal", `Cannot signal ${whom} (${errnoName(errno)})`, {
    hint: "It may have changed its user",
  });
}
