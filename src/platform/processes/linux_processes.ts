import type { ProcessEntry } from "./process_entry.ts";
import { readProcFile } from "./read_proc_file.ts";

/** Linux's process table by /proc; what the other files of this room ask on Linux. It takes no C library. */

/** What Linux tells about a process in one read, with what it used. */
export interface ProcessStat extends ProcessEntry {
  /** Of its own and of the children it has waited for, in clock ticks. */
  readonly cpuTicks: number;
  readonly residentPages: number;
}

/** Every process with its use of the machine, but for those in `skipped`. */
export function listLinuxProcesses(skipped?: ReadonlySet<number>): ProcessStat[] {
  const entries: ProcessStat[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    const first = name.charCodeAt(0);
    if (first < 0x30 || first > 0x39) continue;
    const pid = Number(name);
    if (skipped?.has(pid)) continue;
    const entry = readLinuxProcess(pid);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** One process with its use of the machine, a zombie included; undefined when there is none. */
export function readLinuxProcess(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readProcFile(`/proc/${pid}/stat`);
  } catch {
    return undefined;
  }
  return parseStat(text);
}

/** As many as are of use here, from the state on: there are fifty, and all processes are read at once. */
const FIELDS = 22;

/** Reads a line of /proc/PID/stat (proc_pid_stat(5)). The name may hold anything, also `) R 1 (`. */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const fields = text.slice(close + 2).split(" ", FIELDS);
  if (fields.length < FIELDS) return undefined;
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

/** A name for this boot and this pid namespace: in another container the same pid is another process. */
export function readLinuxBootId(): string {
  const boot = Deno.readTextFileSync("/proc/sys/kernel/random/boot_id").trim();
  try {
    const namespace = Deno.readLinkSync("/proc/self/ns/pid").replace(/\D/g, "");
    return `${boot}/${namespace}`;
  } catch {
    return boot;
  }
}

/** The environment that a process was started with, empty in the middle of an exec; undefined where we may not look. */
export function readLinuxEnvironment(pid: number): string | undefined {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/environ`);
  } catch {
    return undefined;
  }
}
