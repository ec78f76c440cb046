import { type Clock, delay } from "../../base/clock.ts";
import type { WriteText } from "../../web/stream_lines.ts";

/** At once: the last lines of a run, whole. */
const BURST_BYTES = 2 * 1024 * 1024;
/** More than anybody reads, and little work for who passes it on. */
const BYTES_PER_MS = 1_000;

/** Writes no faster than people can follow, so that a job that prints without a pause costs little to look at. */
export function paced(
  write: WriteText,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): WriteText {
  let [owedBytes, lastMs] = [0, clock.monotonic()];
  return async (data) => {
    await write(data);
    const nowMs = clock.monotonic();
    owedBytes = Math.max(0, owedBytes - (nowMs - lastMs) * BYTES_PER_MS) + data.length;
    lastMs = nowMs;
    const overBytes = owedBytes - BURST_BYTES;
    if (overBytes > 0) await delay(clock, overBytes / BYTES_PER_MS, signal);
  };
}
