import { AppError } from "../base/app_error.ts";

/** Whether a job's stdin is where it is written to: a FIFO, or the link that takes its place. */
export function isStdinInPlace(path: string): boolean {
  try {
    const info = Deno.lstatSync(path);
    return info.isFifo === true || (info.isSymlink && Deno.readLinkSync(path).startsWith("/proc/"));
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

/**
 * Writes all of `bytes` into a FIFO that somebody reads; waits while it is full. Rejects with the signal's reason when
 * it is aborted first.
 * @throws AppError `job.stdin_closed` when nobody reads it any more
 */
export async function writeFifo(
  path: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([writeAll(path, bytes), aborted.promise]);
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.NotFound)) {
      throw error;
    }
    throw new AppError("job.stdin_closed", "The job does not read its stdin any more", {
      cause: error,
    });
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

async function writeAll(path: string, bytes: Uint8Array): Promise<void> {
  using fifo = await Deno.open(path, { write: true });
  for (let offset = 0; offset < bytes.length;) offset += await fifo.write(bytes.subarray(offset));
}
