import { escapeControl } from "../../base/terminal_text.ts";
import { movesCursor } from "../../text/cursor_moves.ts";
import { TerminalLine } from "../../text/terminal_line.ts";

// deno-lint-ignore no-control-regex
const MAY_CHANGE = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const LONGEST_LINE = 2_000;

/** A line as people read it: what was overwritten is gone, and colours are. */
export function toShownLine(line: string): string {
  const text = line.replace(/\r+$/, "");
  if (!movesCursor(text)) return escapeControl(text, { allowColor: false });
  const shown = new TerminalLine(LONGEST_LINE);
  shown.write(text);
  return escapeControl(shown.text, { allowColor: false });
}

/** Several lines, as they are divided. */
export function toShownLines(text: string): string {
  return MAY_CHANGE.test(text) ? text.split("\n").map(toShownLine).join("\n") : text;
}
