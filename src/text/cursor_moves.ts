// deno-lint-ignore-file no-control-regex
const HAS_CONTROL = /[\r\b\x1b\x9b]/;
/** Return, backspace, and their kin among the control sequences; what erases to the right erases nothing at the end. */
const MOVES = /[\r\b]|(?:\x1b\[|\x9b)(?:[\d;]*[CDGHfu`]|[12]K)|\x1b8/;

/** Whether text that is written at the end of a line moves the cursor or erases; needs none of Unicode's tables. */
export function movesCursor(text: string): boolean {
  return HAS_CONTROL.test(text) && MOVES.test(text);
}
