/** How macOS's kernel writes down what it tells of a process; bytes only, so that it can be tried everywhere. */

/** sizeof(struct proc_bsdinfo) of <sys/proc_info.h>. */
export const BSDINFO_BYTES = 136;

/** SIDL, SRUN, SSLEEP, SSTOP, SZOMB as Linux writes them. */
const STATES = ["?", "R", "R", "S", "T", "Z"];

/** What imp reads of a `struct proc_bsdinfo`. */
export interface BsdInfo {
  readonly ppid: number;
  readonly pgrp: number;
  /** The letter of Linux; `?` for one that it does not know. */
  readonly state: string;
  /** Microseconds since 1970. */
  readonly startTime: string;
  /** At most 15 bytes of its name. */
  readonly comm: string;
}

/** Reads a `struct proc_bsdinfo`. */
export function readBsdInfo(info: Uint8Array): BsdInfo {
  const view = new DataView(info.buffer, info.byteOffset);
  const microseconds = view.getBigUint64(120, true) * 1_000_000n + view.getBigUint64(128, true);
  return {
    ppid: view.getUint32(16, true),
    pgrp: view.getUint32(100, true),
    state: STATES[view.getUint32(4, true)] ?? "?",
    startTime: microseconds.toString(),
    comm: new TextDecoder().decode(info.subarray(48, 64)).split("\0", 1)[0]!,
  };
}

/** What KERN_PROCARGS2 gives: argc, the executable's path, padding, the arguments, the environment. */
export function readProcArgs(bytes: Uint8Array): { argv: string[]; environment: string[] } {
  const argc = new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);
  const words = new TextDecoder().decode(bytes.subarray(4)).replace(/^[^\0]*\0+/, "").split("\0");
  return { argv: words.slice(0, argc), environment: words.slice(argc) };
}
