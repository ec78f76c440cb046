import { openLibc } from "../libc.ts";
import { BSDINFO_BYTES, readBsdInfo, readProcArgs } from "./darwin_layouts.ts";
import type { ProcessEntry } from "./process_entry.ts";

/** macOS's process table by libproc and sysctl; what the other files of this room ask when they are not on Linux. */

const PROC_PIDTBSDINFO = 3;
const MOST_PIDS = 100_000;

const CTL_KERN = 1;
const KERN_PROCARGS2 = 49;
const MOST_ARGUMENT_BYTES = 1 << 20;

/** Every process we may look at. */
export function listDarwinProcesses(): ProcessEntry[] {
  const pids = new Int32Array(MOST_PIDS);
  const count = openLibc().proc_listallpids?.(pids, pids.byteLength) ?? 0;
  const entries: ProcessEntry[] = [];
  for (const pid of pids.subarray(0, Math.max(0, count))) {
    const entry = readDarwinProcess(pid);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** One process; undefined when there is none. */
export function readDarwinProcess(pid: number): ProcessEntry | undefined {
  const symbols = openLibc();
  const info = new Uint8Array(BSDINFO_BYTES);
  const size = symbols.proc_pidinfo?.(pid, PROC_PIDTBSDINFO, 0n, info, BSDINFO_BYTES) ?? 0;
  if (size < BSDINFO_BYTES) return undefined;
  return { pid, session: symbols.getsid(pid), ...readBsdInfo(info) };
}

/** The environment of a process of ours, as `NAME=VALUE\0…`; undefined when we may not look. */
export function readDarwinEnvironment(pid: number): string | undefined {
  return readArgs(pid)?.environment.join("\0");
}

/** The arguments of a process of ours; undefined when we may not look. */
export function readDarwinCommandLine(pid: number): string[] | undefined {
  return readArgs(pid)?.argv;
}

function readArgs(pid: number): ReturnType<typeof readProcArgs> | undefined {
  const name = Int32Array.of(CTL_KERN, KERN_PROCARGS2, pid);
  const buffer = new Uint8Array(MOST_ARGUMENT_BYTES);
  const size = BigUint64Array.of(BigInt(buffer.length));
  if (openLibc().sysctl?.(name, 3, buffer, size, null, 0n) !== 0) return undefined;
  return readProcArgs(buffer.subarray(0, Number(size[0])));
}

/** A name for this boot that no clock change alters. */
export function readDarwinBootId(): string {
  const { stdout } = new Deno.Command("/usr/sbin/sysctl", { args: ["-n", "kern.bootsessionuuid"] })
    .outputSync();
  return new TextDecoder().decode(stdout).trim();
}
