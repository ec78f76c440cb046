import { uptimeMs } from "../uptime.ts";
import { listDarwinProcesses, readDarwinProcess } from "./darwin_processes.ts";
import type { ProcessEntry } from "./process_entry.ts";
import { readProcFile } from "./read_proc_file.ts";

export type { ProcessEntry } from "./process_entry.ts";

/** What Linux tells about a process in one read, with what it used. */
export interface ProcessStat extends ProcessEntry {
  /** Of its own and of the children it has waited for, in clock ticks. */
  readonly cpuTicks: number;
  readonly residentPages: number;
}

const IS_LINUX = Deno.build.os === "linux";

/** All processes that can be seen, zombies included. */
export function listProcesses(): ProcessEntry[] {
  return IS_LINUX ? listStats() : listDarwinProcesses();
}

/** One process, a zombie included; undefined when there is none. */
export function readProcess(pid: number): ProcessEntry | undefined {
  return IS_LINUX ? readStat(pid) : readDarwinProcess(pid);
}

/** True for what has ended and only waits for its parent to notice. */
export function isZombie(entry: ProcessEntry): boolean {
  return entry.state === "Z" || entry.state === "X";
}

/** Linux counts from the boot, in hundredths of a second on every architecture (USER_HZ). */
const MS_PER_TICK = 10;

/** When a process was started, by the wall clock as it goes now (`nowMs`). */
export function startedAtMs({ startTime }: ProcessEntry, nowMs: number): number {
  if (!IS_LINUX) return Number(startTime) / 1_000;
  return nowMs - uptimeMs() + Number(startTime) * MS_PER_TICK;
}

/** Linux: every process with its use of the machine, but for those in `skipped`. */
export function listStats(skipped?: ReadonlySet<number>): ProcessStat[] {
  const entries: ProcessStat[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const first = name.charCodeAt(0);
    if (first < 0x30 || first > 0x39) continue;
    const pid = Number(name);
    if (skipped?.has(pid)) continue;
    const entry = readStat(pid);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** Linux: one process with its use of the machine. */
function readStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readProcFile(`/proc/${pid}/stat`);
  } catch {
    return undefined;
  }
  return parseStat(text);
}

/** Reads a line of /proc/PID/stat (proc_pid_stat(5)). The name may hold anything, also `) R 1 (`. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(" ");
  if (fields.length < 22) return undefined;
  return {
    pid: Number(text.slice(0, open - 1)),
    comm: text.slice(open + 1, close),
    state: fields[0]!,
    ppid: Number(fields[1]),
    pgrp: Number(fields[2]),
    session: Number(fields[3]),
    cpuTicks: Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]),
    startTime: fields[19]!,
    residentPages: Number(fields[21]),
  };
}
