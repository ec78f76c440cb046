import { StreamReader } from "../../logs/stream_reader.ts";
import { toShownLine } from "./shown_line.ts";

/** So much of a stream tells why it ended, as a rule. */
const TAIL_BYTES = 32 * 1024;

/** The last lines of a stream of a run as a terminal would show them, without colours; none where it cannot be read. */
export function lastLinesOf(path: string, most: number): string[] {
  try {
    using reader = StreamReader.open(path);
    if (reader === undefined) return [];
    const { first, end } = reader.range();
    const from = Math.max(first, end - TAIL_BYTES);
    const { bytes } = reader.read(from, new Uint8Array(end - from));
    const lines = new TextDecoder().decode(bytes).split("\n");
    // Half a line is none, and behind the last newline is nothing.
    if (from > first && lines.length > 1) lines.shift();
    if (lines.at(-1) === "") lines.pop();
    return lines.slice(-most).map(toShownLine);
  } catch {
    // Somebody has put something else in its place.
    return [];
  }
}
