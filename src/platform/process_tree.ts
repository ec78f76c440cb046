import { readCommandLine } from "./command_line.ts";
import { isSameProcess, type ProcessIdentity } from "./process_identity.ts";
import { isZombie, listProcesses, type ProcessEntry, readProcess } from "./process_table.ts";
import { readMarks } from "./run_marks.ts";

export { listProcesses, type ProcessEntry } from "./process_table.ts";
export { readMarks, type RunMarks } from "./run_marks.ts";

/** What {@linkcode membersOfRun} goes by. */
export interface RunMembersOptions {
  readonly shimPid: number;
  /** Guards against a shim pid that belongs to a stranger by now. */
  readonly shimIdentity?: ProcessIdentity | undefined;
  readonly daemonId: string;
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
  const entries = listProcesses();
  const shim = entries.find((entry) => entry.pid === options.shimPid);
  const found = new Map<number, ProcessEntry>();
  const oldest = BigInt(options.shimIdentity?.startTime ?? 0);
  const candidates = entries.filter((entry) => BigInt(entry.startTime) >= oldest);
  const isMarked = (entry: ProcessEntry) => {
    const marks = readMarks(entry.pid);
    return marks?.runId === options.runId && marks.daemonId === options.daemonId;
  };
  if (isShim(shim, options)) {
    for (const entry of candidates) {
      if (entry.session === options.shimPid) found.set(entry.pid, entry);
    }
    if (shim !== undefined) found.set(shim.pid, shim);
  }
  for (const entry of candidates) {
    if (!found.has(entry.pid) && isInspectable(entry) && isMarked(entry)) {
      found.set(entry.pid, entry);
    }
  }
  // The session of a shim that is gone counts when a marked process vouches for it.
  if (shim === undefined) addOrphanedSession(candidates, found, options.shimPid);
  addDescendants(entries, found);
  const isKnownShim = shim !== undefined && found.has(shim.pid);
  return [...found.values()].filter((entry) =>
    entry.pid !== options.shimPid && entry.pid !== Deno.pid && !isZombie(entry) &&
    (isKnownShim || !isShimOf(entry, options.runId))
  );
}

/** What {@linkcode membersOfExec} goes by. */
export interface ExecMembersOptions {
  /** Leads the session of the command. */
  readonly leader: ProcessIdentity;
  readonly daemonId: string;
  readonly runId: string;
}

/** Every living process of an exec's command, found as those of a run are; there is no shim. */
export function membersOfExec({ leader, daemonId, runId }: ExecMembersOptions): ProcessEntry[] {
  const found = membersOfRun({ shimPid: leader.pid, shimIdentity: leader, daemonId, runId });
  const isAlive = isSameProcess(leader);
  return isAlive
    ? [...found, ...listProcesses().filter((entry) => entry.pid === leader.pid)]
    : found;
}

/** The shim of a run whose pid was never written down; undefined when it is gone. */
export function findShim(options: { daemonId: string; runId: string }): number | undefined {
  return listProcesses().find((entry) => {
    if (isZombie(entry) || !isInspectable(entry) || !isShimOf(entry, options.runId)) return false;
    return readMarks(entry.pid)?.daemonId === options.daemonId;
  })?.pid;
}

/** Every living process that carries the marks of this daemon's jobs. */
export function findMarked(daemonId: string): MarkedProcess[] {
  const marked: MarkedProcess[] = [];
  for (const entry of listProcesses()) {
    if (isZombie(entry) || !isInspectable(entry)) continue;
    const marks = readMarks(entry.pid);
    if (marks?.daemonId !== daemonId) continue;
    marked.push({ pid: entry.pid, jobId: marks.jobId, runId: marks.runId });
  }
  return marked;
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
    if (words.length === 0 || isShimCommandLine(words)) return false;
    const last = words.at(-1);
    return last !== `${options.runDir}/run` && !last?.startsWith(`${options.runDir}/exit.`);
  });
}

/** A shim leads its session and names its run's directory. */
function isShimOf(entry: ProcessEntry, runId: string): boolean {
  if (entry.session !== entry.pid) return false;
  const words = readCommandLine(entry.pid);
  return isShimCommandLine(words) && words[4]?.endsWith(`/${runId}`) === true;
}

function isShimCommandLine(words: readonly string[]): boolean {
  return words[0] === "sh" && words[1] === "-c" && words[3] === "imp-shim";
}

function isShim(shim: ProcessEntry | undefined, options: RunMembersOptions): boolean {
  if (shim === undefined) return false;
  const { shimIdentity } = options;
  if (shimIdentity !== undefined && shim.startTime !== shimIdentity.startTime) return false;
  return shim.session === shim.pid && shim.pid > 1;
}

function addOrphanedSession(
  entries: readonly ProcessEntry[],
  found: Map<number, ProcessEntry>,
  session: number,
): void {
  if (session <= 1) return;
  if (![...found.values()].some((entry) => entry.session === session)) return;
  for (const entry of entries) {
    if (entry.session === session) found.set(entry.pid, entry);
  }
}

function addDescendants(
  entries: readonly ProcessEntry[],
  found: Map<number, ProcessEntry>,
): void {
  const byParent = Map.groupBy(entries, (entry) => entry.ppid);
  const queue = [...found.keys()];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of byParent.get(pid) ?? []) {
      if (found.has(child.pid)) continue;
      found.set(child.pid, child);
      queue.push(child.pid);
    }
  }
}

/** Kernel threads have no environment, init and we ourselves are nobody's job. */
function isInspectable(entry: ProcessEntry): boolean {
  const isKernelThread = Deno.build.os === "linux" && (entry.pid === 2 || entry.ppid === 2);
  return entry.pid > 1 && entry.pid !== Deno.pid && !isKernelThread;
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

function isLiving(pid: number): boolean {
  const entry = readProcess(pid);
  return entry !== undefined && !isZombie(entry);
}
