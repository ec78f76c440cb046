import { openLibc } from "./libc.ts";
import { systemClock } from "./system_clock.ts";

const WAIT_NOHANG = 1;
const MOST_PID = 2 ** 31 - 1;
/** Where waitpid(2) writes how a child has ended. */
const status = new Int32Array(1);

/** Children whose exits are ours to take, and when they began as the system has it: until then their pids are theirs. */
const living = new Map<number, string | undefined>();
/** Those whose exits were taken and of whom nobody has heard yet. */
const ended = new Set<number>();

/** When each was started, by the monotonic clock; also of those that have just ended. */
const starts = new Map<number, number>();
const STARTS_KEPT_MS = 10_000;
const STARTS_KEPT = 100;
/** How many there may be before the old ones are forgotten. */
let mostStarts = STARTS_KEPT;

/** Of children that stand between us and a process that they end with: which one that is. */
const behind = new Map<number, number>();
/** Exit codes from here on may tell of a signal that ended it, which is none of its own. */
const LEAST_SIGNAL_CODE = 128;

/** How a child of ours has ended by itself. */
export interface ChildExit {
  readonly code: number;
  readonly atMs: number;
}

/** Those that were not killed by a signal, the latest last: for when a marker could not be written. */
const exits = new Map<number, ChildExit>();
const EXITS_KEPT = 1_000;

/** From now on the exit of our child `pid` is taken here. */
export function addOwnChild(pid: number): void {
  const now = systemClock.monotonic();
  ended.delete(pid);
  exits.delete(pid);
  living.set(pid, undefined);
  starts.delete(pid);
  starts.set(pid, now);
  if (starts.size < mostStarts) return;
  for (const [old, startedAt] of starts) {
    if (!living.has(old) && now - startedAt > STARTS_KEPT_MS) starts.delete(old);
  }
  mostStarts = 2 * starts.size + STARTS_KEPT;
}

/** Our child `pid` began at `startTime`, as the system has it. */
export function noteStartTime(pid: number, startTime: string): void {
  if (living.has(pid)) living.set(pid, startTime);
}

/** Whether a child of ours still lives, which costs no look at the process; undefined for whoever is none. */
export function isLivingOwnChild(
  { pid, startTime }: { readonly pid: number; readonly startTime: string },
): boolean | undefined {
  if (living.get(pid) !== startTime) return undefined;
  takeIfEnded(pid);
  return living.has(pid);
}

/** Our child `child` has started `pid` and ends with it, by the same code: then that has ended, too. */
export function addBehindChild(pid: number, child: number): void {
  behind.set(child, pid);
  ended.delete(pid);
  exits.delete(pid);
  starts.set(pid, startOfOwnChild(child));
  if (!living.has(child)) takeBehind(child);
}

/** Whether `pid` is a child of ours whose exit was not taken yet. */
export function isOwnChild(pid: number): boolean {
  return living.has(pid);
}

/** When our child `pid` was started, by the monotonic clock; -Infinity for one that is not ours, or long gone. */
export function startOfOwnChild(pid: number): number {
  return starts.get(pid) ?? -Infinity;
}

/** Takes the exits of those that have ended: they are no zombies any more. */
export function reapOwnChildren(): void {
  for (const pid of living.keys()) takeIfEnded(pid);
}

function takeIfEnded(pid: number): void {
  if (!reapChild(pid)) return;
  living.delete(pid);
  ended.add(pid);
  takeBehind(pid);
}

function takeBehind(child: number): void {
  const pid = behind.get(child);
  if (pid === undefined) return;
  behind.delete(child);
  ended.add(pid);
  const exit = exits.get(child);
  if (exit !== undefined && exit.code < LEAST_SIGNAL_CODE) keepExit(pid, exit);
}

/** The pids of those that have ended since the last call, zombies no more. */
export function takeEndedChildren(): ReadonlySet<number> {
  reapOwnChildren();
  const taken = new Set(ended);
  ended.clear();
  return taken;
}

/** How our child `pid` has ended; undefined while it lives, when a signal ended it, and when it is not ours. */
export function exitOfOwnChild(pid: number): ChildExit | undefined {
  return exits.get(pid);
}

/** Takes the exit of our own child `pid`; true when it is gone (or never was our child), false while it lives. */
export function reapChild(pid: number): boolean {
  // 0 and below would take children that somebody else waits for; a damaged record may hold anything.
  if (!Number.isInteger(pid) || pid <= 1 || pid > MOST_PID) return true;
  const result = openLibc().waitpid(pid, status, WAIT_NOHANG);
  if (result === pid) noteExit(pid, status[0]!);
  return result !== 0;
}

function noteExit(pid: number, waitStatus: number): void {
  const signal = waitStatus & 0x7f;
  if (signal !== 0) return;
  keepExit(pid, { code: (waitStatus >> 8) & 0xff, atMs: systemClock.now() });
}

function keepExit(pid: number, exit: ChildExit): void {
  exits.set(pid, exit);
  if (exits.size > EXITS_KEPT) exits.delete(exits.keys().next().value!);
}
