import { escapeControl } from "../../base/terminal_text.ts";
import { StreamReader } from "../../logs/stream_reader.ts";
import { TerminalLine } from "../../text/terminal_line.ts";

/** So much of a stream tells why it ended, as a rule. */
const TAIL_BYTES = 32 * 1024;
const LONGEST_LINE = 2_000;

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

/** A line as people read it: what was overwritten is gone, and colours are. */
function toShownLine(line: string): string {
  const shown = new TerminalLine(LONGEST_LINE);
  shown.write(line.replace(/\r+$/, ""));
  return escapeControl(shown.text, { allowColor: false });
}
