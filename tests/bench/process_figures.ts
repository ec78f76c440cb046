/** What processes hold and what they have used, by Linux's own accounting. */

/** In bytes. */
export interface MemoryFigures {
  /** Anonymous memory: heap, stacks, what was written to. It is the process's alone, whoever runs the same program. */
  readonly ownBytes: number;
  /** The rest of what is in memory: pages of its program and of other files, shared with all who use them. */
  readonly fileBytes: number;
  /** Its own and its share of what is shared; this changes with who else runs the same program. */
  readonly proportionalBytes: number;
}

/** The memory of several processes together. */
export function memoryFigures(pids: readonly number[]): MemoryFigures {
  const total = { ownBytes: 0, fileBytes: 0, proportionalBytes: 0 };
  for (const pid of pids) {
    const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
    const figure = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)![1]) * 1024;
    total.ownBytes += figure("Anonymous");
    total.fileBytes += figure("Rss") - figure("Anonymous");
    total.proportionalBytes += figure("Pss");
  }
  return total;
}

/** Processor time that a process has used so far, in milliseconds. */
export function cpuTimeMs(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/** USER_HZ is 100 on every Linux that Deno runs on. */
const MS_PER_TICK = 10;

/** How often the threads of a process have gone to sleep by themselves, and the processor time they have used, to the microsecond. */
export function restFigures(pid: number): { wakeUps: number; cpuMs: number } {
  const total = { wakeUps: 0, cpuMs: 0 };
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const status = Deno.readTextFileSync(`/proc/${pid}/task/${name}/status`);
    const [usedNs] = Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`).split(" ");
    total.wakeUps += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)![1]);
    total.cpuMs += Number(usedNs) / 1_000_000;
  }
  return total;
}
