import { readDarwinBootId } from "./darwin_processes.ts";
import { errnoOf, failureOf, lastErrno, openLibc } from "../libc.ts";
import { readLinuxBootId } from "./linux_processes.ts";
import { parseSignal } from "../os_signals.ts";
import { isZombie, listProcesses, type ProcessEntry, readProcess } from "./process_table.ts";
import { readMarks } from "./run_marks.ts";
import { SHIM_CATCHES } from "./shim_catches.ts";

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

/** By name (`TERM`, `SIGTERM`) or number; 0 only asks whether it could be signalled. */
export type SignalLike = string | number;

/** What became of a signal. */
export type SignalOutcome =
  | "sent"
  /** There is nobody, or nobody whom we would ever signal. */
  | "gone"
  /** There is somebody, and the system does not let us: he has become another user. */
  | "refused";

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

/** A group may grow while its members are killed one by one; what else is sent goes once, to those who are there. */
const FOR_NEWCOMERS_TOO: ReadonlySet<number> = new Set([parseSignal("SIGKILL").number]);
const PASSES = 3;

/** Signals exactly this process; pids ≤ 1 and our own count as gone. */
export function signalProcess(identity: ProcessIdentity, signal: SignalLike): SignalOutcome {
  const number = numberOf(signal);
  if (!isAllowedTarget(identity.pid) || identity.bootId !== bootId()) return "gone";
  const pidfd = openPidfd(identity.pid);
  if (pidfd === undefined) {
    return isSameProcess(identity)
      ? outcomeOf(() => openLibc().kill(identity.pid, number))
      : "gone";
  }
  if (pidfd < 0) return "gone";
  try {
    // Compared after the descriptor was opened: from here on it means this process and no later one.
    if (!isSameProcess(identity)) return "gone";
    const args = [PIDFD_SEND_SIGNAL, BigInt(pidfd), BigInt(number), 0n, 0n] as const;
    return outcomeOf(() => Number(openLibc().syscall!(...args)));
  } finally {
    openLibc().close(pidfd);
  }
}

/**
 * Signals the process group that `leader` leads, also after the leader's end. The leader (the shim) itself is
 * left out of signals it cannot catch, KILL among them. `sent` when anybody of them could be signalled.
 */
export function signalGroup(leader: ProcessIdentity, signal: SignalLike): SignalOutcome {
  const number = numberOf(signal);
  const group = leader.pid;
  if (!isAllowedTarget(group) || leader.bootId !== bootId()) return "gone";
  if (openLibc().getpgid(0) === group || !isGroupOf(leader)) return "gone";
  if (FOR_THE_WHOLE_GROUP.has(number)) return outcomeOf(() => openLibc().kill(-group, number));
  const outcomes = new Map<number, SignalOutcome>();
  for (let pass = FOR_NEWCOMERS_TOO.has(number) ? 1 : PASSES; pass <= PASSES; pass++) {
    const newcomers = groupMembers(group).filter((entry) => outcomes.get(entry.pid) !== "sent");
    if (newcomers.length === 0) break;
    for (const { pid, startTime } of newcomers) {
      outcomes.set(pid, signalProcess({ pid, startTime, bootId: leader.bootId }, number));
    }
  }
  const seen = new Set(outcomes.values());
  return seen.has("sent") ? "sent" : seen.has("refused") ? "refused" : "gone";
}

/** Whether anybody is in the group that `leader` leads or led, be it the leader himself or a zombie; no proof of whom. */
export function isGroupThere(leader: ProcessIdentity): boolean {
  if (!isAllowedTarget(leader.pid) || leader.bootId !== bootId()) return false;
  return outcomeOf(() => openLibc().kill(-leader.pid, 0)) !== "gone";
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
export function openPidfd(pid: number): number | undefined {
  const syscall = openLibc().syscall;
  if (Deno.build.os !== "linux" || !syscall) return undefined;
  const fd = Number(syscall(PIDFD_OPEN, BigInt(pid), 0n, 0n, 0n));
  if (fd >= 0) return fd;
  return lastErrno() === errnoOf("ESRCH") ? -1 : undefined;
}

function outcomeOf(send: () => number): SignalOutcome {
  const errno = failureOf(send);
  if (errno === 0) return "sent";
  return errno === errnoOf("ESRCH") ? "gone" : "refused";
}
