/** What processes hold and what they have used, by Linux's own accounting. */

/** In bytes. Private is what would be free again without the process; shared is in others, too, or in files. */
export interface MemoryFigures {
  readonly privateBytes: number;
  readonly sharedBytes: number;
}

/** The memory of several processes together. */
export function memoryFigures(pids: readonly number[]): MemoryFigures {
  const all = pids.map((pid) => {
    const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
    const sum = (kind: string) =>
      [...text.matchAll(new RegExp(`^${kind}_\\w+:\\s+(\\d+) kB`, "gm"))]
        .reduce((total, match) => total + Number(match[1]) * 1024, 0);
    return { privateBytes: sum("Private"), sharedBytes: sum("Shared") };
  });
  return {
    privateBytes: all.reduce((total, each) => total + each.privateBytes, 0),
    sharedBytes: all.reduce((total, each) => total + each.sharedBytes, 0),
  };
}

/** Processor time that a process has used so far, in milliseconds. */
export function cpuTimeMs(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** USER_HZ is 100 on every Linux that Deno runs on. */
const MS_PER_TICK = 10;
