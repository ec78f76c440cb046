/** Whether a job's stdin is where it is written to: a FIFO, or the link that takes its place. */
export function isStdinInPlace(path: string): boolean {
  try {
    const info = Deno.lstatSync(path);
    return info.isFifo === true || (info.isSymlink && Deno.readLinkSync(path).startsWith("/proc/"));
  } catch {
    return false;
  }
}

/** Whether a process reads from a FIFO; false where that cannot be looked at. */
export function hasFifoAsStdin(pid: number): boolean {
  try {
    return Deno.statSync(`/proc/${pid}/fd/0`).isFifo === true;
  } catch {
    return false;
  }
}

/**
 * Puts a link to what the process `pid` reads in the place of a FIFO that was removed: another FIFO of that name would
 * have no reader. Throws where processes have no such files.
 */
export function relinkStdin(path: string, pid: number): void {
  const target = `/proc/${pid}/fd/0`;
  Deno.lstatSync(target);
  Deno.symlinkSync(target, path);
}
