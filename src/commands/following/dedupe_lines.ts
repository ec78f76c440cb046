import type { LogItem } from "../../logs/log_item.ts";
import { Repeats } from "../../logs/repeats.ts";

/** The lines with each that comes again and again only once, and with how often it came; see {@linkcode Repeats}. */
export async function* dedupeLines(
  batches: AsyncIterable<readonly LogItem[]>,
): AsyncGenerator<readonly LogItem[]> {
  const streams = { stdout: new Repeats(), stderr: new Repeats() };
  for await (const batch of batches) {
    const kept = batch.flatMap((item) => "bytes" in item ? streams[item.stream].take(item) : item);
    if (kept.length > 0) yield kept;
  }
  const last = [...streams.stdout.end(), ...streams.stderr.end()];
  if (last.length > 0) yield last;
}
