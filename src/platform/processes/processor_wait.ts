/**
 * How long a process has been ready to run without getting a processor, in milliseconds; of its first thread. 0 where
 * the system does not tell (all but Linux), or when it is gone.
 */
export function processorWaitMs(pid: number): number {
  try {
    return parseSchedstat(Deno.readTextFileSync(`/proc/${pid}/schedstat`));
  } catch {
    return 0;
  }
}

/** `/proc/PID/schedstat`: nanoseconds on a processor, nanoseconds of waiting for one, number of turns. */
export function parseSchedstat(text: string): number {
  const waited = Number(text.trim().split(" ")[1]);
  return Number.isFinite(waited) ? Math.floor(waited / 1_000_000) : 0;
}
