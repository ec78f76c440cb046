import { openLibc } from "../libc.ts";
import type { Strangers } from "./strangers.ts";
import { readProcFile } from "./read_proc_file.ts";
import { listLinuxProcesses } from "./linux_processes.ts";
import { isZombie, listProcesses, type ProcessEntry } from "./process_table.ts";

export { listeningPortsOf, SocketOwners } from "./listening_ports.ts";

/** What a tree of processes has used and holds. */
export interface TreeUsage {
  /** CPU time so far, of its processes and of the children they have waited for; to compare with a later sample. */
  readonly cpuMs: number;
  /** What its processes hold privately, and once the largest of what each shares with others. */
  readonly memoryBytes: number;
  readonly pids: readonly number[];
}

/** Linux tells CPU time in hundredths of a second on every architecture (USER_HZ). */
const MS_PER_TICK = 10;

const NOTHING = { cpuMs: 0, privateBytes: 0, sharedBytes: 0 };

/**
 * Samples many trees in one pass over the process table. Each is given by some of its pids, such as the shim of a
 * run; their descendants and the sessions they lead are added. Who samples often remembers the strangers.
 */
export function sampleUsage(
  trees: readonly (readonly number[])[],
  strangers?: Strangers,
): TreeUsage[] {
  if (trees.length === 0) return [];
  const isLinux = Deno.build.os === "linux";
  const entries = isLinux ? listLinuxProcesses(strangers?.before(trees)) : listProcesses();
  const readUse = isLinux ? createLinuxReader(entries) : createPsReader();
  const byParent = Map.groupBy(entries, (entry) => entry.ppid);
  const bySession = Map.groupBy(entries, (entry) => entry.session);
  const byPid = new Map(entries.map((entry) => [entry.pid, entry]));
  const members = new Set<number>();
  const usages = trees.map((roots) => {
    const pids = new Set<number>();
    const queue = roots.filter((pid) => pid > 1);
    for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
      const entry = byPid.get(pid);
      if (entry === undefined || pids.has(pid) || isZombie(entry)) continue;
      pids.add(pid);
      members.add(pid);
      for (const child of byParent.get(pid) ?? []) queue.push(child.pid);
      for (const member of bySession.get(pid) ?? []) queue.push(member.pid);
    }
    return { ...sumUp([...pids].map(readUse)), pids: [...pids] };
  });
  strangers?.after(byPid.keys(), members);
  return usages;
}

interface ProcessUse {
  readonly cpuMs: number;
  readonly privateBytes: number;
  readonly sharedBytes: number;
}

function sumUp(uses: readonly ProcessUse[]): Omit<TreeUsage, "pids"> {
  let [cpuMs, privateBytes, sharedBytes] = [0, 0, 0];
  for (const use of uses) {
    cpuMs += use.cpuMs;
    privateBytes += use.privateBytes;
    sharedBytes = Math.max(sharedBytes, use.sharedBytes);
  }
  return { cpuMs, memoryBytes: privateBytes + sharedBytes };
}

function createLinuxReader(
  entries: readonly (ProcessEntry & { cpuTicks?: number })[],
): (pid: number) => ProcessUse {
  const pageBytes = openLibc().getpagesize();
  const ticks = new Map(entries.map((entry) => [entry.pid, entry.cpuTicks ?? 0]));
  return (pid) => {
    const cpuMs = (ticks.get(pid) ?? 0) * MS_PER_TICK;
    try {
      // Size, resident, shared (proc_pid_statm(5)): PSS would be truer and takes a hundred times as long.
      const words = readProcFile(`/proc/${pid}/statm`).split(" ", 3);
      const shared = Number(words[2]) * pageBytes;
      return { cpuMs, privateBytes: Number(words[1]) * pageBytes - shared, sharedBytes: shared };
    } catch {
      return { ...NOTHING, cpuMs };
    }
  };
}

/** macOS: one ps(1) for all; it does not tell what is shared. */
function createPsReader(): (pid: number) => ProcessUse {
  const { stdout } = new Deno.Command("ps", { args: ["-axo", "pid=,rss=,time="] }).outputSync();
  const uses = new Map<number, ProcessUse>();
  for (const line of new TextDecoder().decode(stdout).split("\n")) {
    const [pid, rss, time] = line.trim().split(/\s+/);
    if (time === undefined) continue;
    const seconds = time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
    const privateBytes = Number(rss) * 1024;
    uses.set(Number(pid), { cpuMs: seconds * 1_000, privateBytes, sharedBytes: 0 });
  }
  return (pid) => uses.get(pid) ?? NOTHING;
}
