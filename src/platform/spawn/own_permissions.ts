import type { LimitName } from "../../base/surroundings.ts";
import { openLibc } from "../libc.ts";
import { fileExists } from "../remove_file.ts";
import type { Permissions } from "./surroundings_plan.ts";

/** The numbers of getrlimit(2) on Linux. */
const RESOURCE: { readonly [Name in LimitName]: number } = {
  cpu: 0,
  fsize: 1,
  data: 2,
  stack: 3,
  core: 4,
  rss: 5,
  nproc: 6,
  nofile: 7,
  memlock: 8,
  as: 9,
  locks: 10,
  sigpending: 11,
  msgqueue: 12,
  nice: 13,
  rtprio: 14,
  rttime: 15,
};
const NO_LIMIT = 0xffff_ffff_ffff_ffffn;
const PRIO_PROCESS = 0;
/** Room for 8,192 processors. */
const CPU_SET_BYTES = 1_024;
const OOM_SCORE = "/proc/self/oom_score_adj";
const NICE_PATHS = ["/usr/bin/nice", "/bin/nice"];

/**
 * What this process may do to what it starts, found out by trying it on ourselves: what was raised can always be lowered
 * again, and the other way round where that is what needs permission. Each is taken back at once.
 */
export const OWN_PERMISSIONS: Permissions = {
  lowerNice(nice) {
    const symbols = openLibc();
    const before = symbols.getpriority?.(PRIO_PROCESS, 0);
    if (before === undefined || symbols.setpriority?.(PRIO_PROCESS, 0, nice) !== 0) return false;
    symbols.setpriority(PRIO_PROCESS, 0, before);
    return true;
  },
  lowerOomScore(score) {
    try {
      const before = Deno.readTextFileSync(OOM_SCORE);
      Deno.writeTextFileSync(OOM_SCORE, String(score));
      Deno.writeTextFileSync(OOM_SCORE, before);
      return true;
    } catch {
      return false;
    }
  },
  raiseLimit(name, hard) {
    const symbols = openLibc();
    if (!symbols.prlimit) return false;
    const before = new BigUint64Array(2);
    if (symbols.prlimit(0, RESOURCE[name], null, before) !== 0) return false;
    const raised = new BigUint64Array([before[0]!, hard === null ? NO_LIMIT : BigInt(hard)]);
    if (symbols.prlimit(0, RESOURCE[name], raised, null) !== 0) return false;
    symbols.prlimit(0, RESOURCE[name], before, null);
    return true;
  },
  useCpus: (cpus) => onCpus(cpus, () => true) ?? false,
  get nicePath() {
    return NICE_PATHS.find(fileExists);
  },
};

/**
 * Does something on these processors: what is started meanwhile inherits them. It must be one synchronous call, and then
 * this thread is back on its own. Undefined, and not done, where that may not be.
 */
export function onCpus<T>(cpus: string, action: () => T): T | undefined {
  const symbols = openLibc();
  const before = new Uint8Array(CPU_SET_BYTES);
  if (!symbols.sched_setaffinity || !symbols.sched_getaffinity) return undefined;
  if (symbols.sched_getaffinity(0, BigInt(CPU_SET_BYTES), before) < 0) return undefined;
  const wanted = toCpuSet(cpus);
  if (symbols.sched_setaffinity(0, BigInt(CPU_SET_BYTES), wanted) !== 0) return undefined;
  try {
    return action();
  } finally {
    symbols.sched_setaffinity(0, BigInt(CPU_SET_BYTES), before);
  }
}

/** `0-3,8` as the kernel's bits. */
function toCpuSet(cpus: string): Uint8Array<ArrayBuffer> {
  const set = new Uint8Array(CPU_SET_BYTES);
  for (const range of cpus.split(",")) {
    const [from, to = from] = range.split("-").map(Number);
    for (let cpu = from!; cpu <= Math.min(to!, CPU_SET_BYTES * 8 - 1); cpu++) {
      set[cpu >> 3]! |= 1 << (cpu & 7);
    }
  }
  return set;
}
