import { readCommandLine } from "./command_line.ts";
import type { ProcessIdentity } from "./process_identity.ts";
import { isZombie, listProcesses, type ProcessEntry, readProcess } from "./process_table.ts";
import { startOfOwnChild } from "../own_children.ts";
import { type ProcessSnapshot, recentSnapshot, takeSnapshot } from "./process_snapshot.ts";
import { isMarkedDaemon } from "./run_marks.ts";

export { listProcesses, type ProcessEntry } from "./process_table.ts";

/** What a shim may be, by its short name. */
const SHELLS = ["sh", "bash"];

/** How often it is looked again when everybody ended while being looked at. */
const MOST_LOOKS = 5;

/** What {@linkcode membersOfRun} goes by. */
export interface RunMembersOptions {
  readonly shimPid: number;
  /** Guards against a shim pid that belongs to a stranger by now. */
  readonly shimIdentity?: ProcessIdentity | undefined;
  readonly stateDir: string;
  readonly runId: string;
}

/** A process that carries the marks of a daemon's job; the shims among them. */
export interface MarkedProcess {
  readonly pid: number;
  readonly jobId: string;
  readonly runId: string;
}

/**
 * Every living process of a run, found in three ways: its session, who carries its marks (also after setsid and a
 * double fork), and all descendants of these. Without the shim, zombies and ourselves.
 */
export function membersOfRun(options: RunMembersOptions): ProcessEntry[] {
  // One from before its start would know nobody of it.
  const recent = recentSnapshot(startOfOwnChild(options.shimPid));
  if (recent !== undefined) {
    const found = findMembers(recent, options);
    const living = found.filter(isStillThere);
    // That nobody is left, an older look may only say when nobody was there, nor the shim, who could start another:
    // not even as a zombie, since it may have ended in the middle of the look.
    if (living.length > 0 || (found.length === 0 && !isShimIn(recent, options))) return living;
  }
  for (let left = MOST_LOOKS;; left--) {
    const found = findMembers(takeSnapshot(), options);
    const living = found.filter(isStillThere);
    // The last of those found may have started another before it ended, behind the back of the look.
    if (living.length > 0 || found.length === 0 || left === 1) return living;
  }
}

/** What {@linkcode membersOfExec} goes by. */
export interface ExecMembersOptions {
  /** Leads the session of the command. */
  readonly leader: ProcessIdentity;
  readonly stateDir: string;
  readonly runId: string;
}

/** Every living process of an exec's command, found as those of a run are; there is no shim. */
export function membersOfExec({ leader, stateDir, runId }: ExecMembersOptions): ProcessEntry[] {
  const snapshot = takeSnapshot();
  const options = { shimPid: leader.pid, shimIdentity: leader, stateDir, runId };
  const found = findMembers(snapshot, options);
  return isShimLiving(snapshot, options) ? [...found, snapshot.get(leader.pid)!] : found;
}

/** The shim of a run that an earlier daemon started without writing down its pid; undefined when it is gone. */
export function findShim(options: { stateDir: string; runId: string }): number | undefined {
  const snapshot = recentSnapshot() ?? takeSnapshot();
  return snapshot.markedWith(options).find((entry) => isShimOf(entry, options.runId))?.pid;
}

/** Every living process that carries the marks of this daemon's jobs. */
export function findMarked(stateDir: string): MarkedProcess[] {
  return takeSnapshot().allMarked()
    .filter(({ marks }) => marks.stateDir === stateDir)
    .map(({ entry, marks: { jobId, runId } }) => ({ pid: entry.pid, jobId, runId }));
}

/** The pids of a process's living children. */
export function childrenOf(pid: number): number[] {
  const children = readChildren(pid);
  if (children !== undefined) return children.filter(isLiving);
  return listProcesses().filter((entry) => entry.ppid === pid && !isZombie(entry))
    .map((entry) => entry.pid);
}

/**
 * The pid of the command that a shim runs; undefined while it has none: before it began, when it has ended, and
 * while the shim's child is the mv that writes a marker.
 */
export function commandOfRun(options: { shimPid: number; runDir: string }): number | undefined {
  return childrenOf(options.shimPid).find((pid) => {
    const words = readCommandLine(pid);
    // Before its exec a child still has the shim's own words.
    return words.length > 0 && !isShimCommandLine(words) &&
      !isMoveCommandLine(words, options.runDir);
  });
}

function findMembers(snapshot: ProcessSnapshot, options: RunMembersOptions): ProcessEntry[] {
  const { shimPid, runId } = options;
  const oldest = Number(options.shimIdentity?.startTime ?? 0);
  const isShimKnown = isShimIn(snapshot, options);
  const found = new Map<number, ProcessEntry>();
  const add = (entry: ProcessEntry) => found.set(entry.pid, entry);
  if (isShimKnown) snapshot.inSession(shimPid).forEach(add);
  snapshot.markedWith(options, oldest).forEach(add);
  // The session of a shim that is gone counts when a marked process in it vouches for it.
  if (shimPid > 1 && snapshot.get(shimPid) === undefined) {
    const session = snapshot.inSession(shimPid);
    if (session.some((entry) => found.has(entry.pid))) session.forEach(add);
  }
  addDescendants(snapshot, { found, options });
  return [...found.values()].filter((entry) =>
    entry.pid !== shimPid && entry.pid !== Deno.pid && !isZombie(entry) &&
    !(isShimKnown
      ? isMarkerMove(entry, options) || isUnbornCommand(entry, options)
      : isShimOf(entry, runId))
  );
}

/** Whether the process of the shim's pid is the shim, be it as a zombie. */
function isShimIn(snapshot: ProcessSnapshot, options: RunMembersOptions): boolean {
  const shim = snapshot.get(options.shimPid);
  if (shim === undefined || shim.pid <= 1 || shim.session !== shim.pid) return false;
  return options.shimIdentity === undefined || shim.startTime === options.shimIdentity.startTime;
}

function isShimLiving(snapshot: ProcessSnapshot, options: RunMembersOptions): boolean {
  return isShimIn(snapshot, options) && !isZombie(snapshot.get(options.shimPid)!);
}

/** The mv with which the shim writes a marker is not to be stopped, nor waited for. */
function isMarkerMove(entry: ProcessEntry, { shimPid, runId }: RunMembersOptions): boolean {
  if (entry.comm !== "mv" || entry.ppid !== shimPid) return false;
  const words = readCommandLine(entry.pid);
  // Without words it has ended since it was listed.
  return words.length === 0 || isMoveCommandLine(words, `/${runId}`);
}

/**
 * The shim's child before its exec still catches signals as the shim does, and forgets them: it is one of us only as
 * the command, or a stop would believe that it has been told.
 */
function isUnbornCommand(entry: ProcessEntry, { shimPid }: RunMembersOptions): boolean {
  return entry.ppid === shimPid && SHELLS.includes(entry.comm) &&
    isShimCommandLine(readCommandLine(entry.pid));
}

/** `mv -f RUN_DIR/queued RUN_DIR/run`, or from there to `exit.<code>`. */
function isMoveCommandLine(words: readonly string[], runDir: string): boolean {
  const [from, to] = words.slice(-2);
  return from?.endsWith(`${runDir}/queued`) === true && to?.endsWith(`${runDir}/run`) === true ||
    from?.endsWith(`${runDir}/run`) === true && to?.includes(`${runDir}/exit.`) === true;
}

/** Whether a process is a shim, of whichever run. */
export function isShimEntry(entry: ProcessEntry): boolean {
  return entry.session === entry.pid && SHELLS.includes(entry.comm) &&
    isShimCommandLine(readCommandLine(entry.pid));
}

/** A shim leads its session and names its run's directory. */
function isShimOf(entry: ProcessEntry, runId: string): boolean {
  if (entry.session !== entry.pid) return false;
  const words = readCommandLine(entry.pid);
  return isShimCommandLine(words) && words[4]?.endsWith(`/${runId}`) === true;
}

/** Whether a command line is that of a shim, of whichever run. */
export function isShimCommandLine(words: readonly string[]): boolean {
  return (words[0] === "sh" || words[0] === "/bin/sh") && words[1] === "-c" &&
    words[3] === "imp-shim";
}

function addDescendants(
  snapshot: ProcessSnapshot,
  { found, options }: { found: Map<number, ProcessEntry>; options: RunMembersOptions },
): void {
  const queue = [...found.keys()];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of snapshot.childrenOf(pid)) {
      if (found.has(child.pid) || isApart(snapshot, { child, options })) continue;
      found.set(child.pid, child);
      queue.push(child.pid);
    }
  }
}

/**
 * Who descends from a run and is no part of it: in a terminal that is a job, imp is used for any project. The daemon
 * that it starts there is its child as long as it lives, and the jobs of that daemon are the daemon's.
 */
function isApart(
  snapshot: ProcessSnapshot,
  { child, options }: { child: ProcessEntry; options: RunMembersOptions },
): boolean {
  const marks = snapshot.marksOf(child);
  if (marks !== undefined) {
    return marks.runId !== options.runId || marks.stateDir !== options.stateDir;
  }
  return isMarkedDaemon(child.pid);
}

/** Linux: children by thread; undefined where the kernel does not list them. */
function readChildren(pid: number): number[] | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    const children: number[] = [];
    for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
      const text = Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`);
      for (const word of text.split(" ")) if (word !== "") children.push(Number(word));
    }
    return children;
  } catch {
    return undefined;
  }
}

function isStillThere(entry: ProcessEntry): boolean {
  const now = readProcess(entry.pid);
  return now !== undefined && now.startTime === entry.startTime && !isZombie(now);
}

function isLiving(pid: number): boolean {
  const entry = readProcess(pid);
  return entry !== undefined && !isZombie(entry);
}
