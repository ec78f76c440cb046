import { uptimeMs } from "../uptime.ts";
import { listDarwinProcesses, readDarwinProcess } from "./darwin_processes.ts";
import { listLinuxProcesses, readLinuxProcess } from "./linux_processes.ts";
import type { ProcessEntry } from "./process_entry.ts";

export { isZombie } from "./process_entry.ts";
export type { ProcessEntry } from "./process_entry.ts";

const IS_LINUX = Deno.build.os === "linux";

/** All processes that can be seen, zombies included. */
export function listProcesses(): ProcessEntry[] {
  return IS_LINUX ? listLinuxProcesses() : listDarwinProcesses();
}

/** One process, a zombie included; undefined when there is none. */
export function readProcess(pid: number): ProcessEntry | undefined {
  return IS_LINUX ? readLinuxProcess(pid) : readDarwinProcess(pid);
}

/** Linux counts from the boot, in hundredths of a second on every architecture (USER_HZ). */
const MS_PER_TICK = 10;

/** When a process was started, by the wall clock as it goes now (`nowMs`). */
export function startedAtMs({ startTime }: ProcessEntry, nowMs: number): number {
  if (!IS_LINUX) return Number(startTime) / 1_000;
  return nowMs - uptimeMs() + Number(startTime) * MS_PER_TICK;
}
