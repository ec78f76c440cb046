import { AppError } from "../base/app_error.ts";

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
