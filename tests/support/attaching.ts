/** Tests of `imp attach` in a real terminal, which is tmux. */
import { assertEquals } from "@std/assert";
import { type Box, openBox } from "./box.ts";
import { areThere } from "./programs.ts";
import { openTerminal, type Terminal, TERMINAL_TOOLS } from "./pty.ts";

/** Of a terminal in which something is attached. */
export const SIZE = { columns: 70, rows: 15 };

const HAS_TMUX = await areThere(TERMINAL_TOOLS);

/** A test in a box of its own; it is ignored where there is no tmux, or not what it needs beside that. */
export async function testAttached(
  name: string,
  needs: readonly string[],
  fn: (box: Box) => Promise<void>,
): Promise<void> {
  const ignore = !HAS_TMUX || !await areThere(needs);
  Deno.test({
    name,
    ignore,
    async fn() {
      await using box = await openBox();
      await fn(box);
    },
  });
}

/** Opens a terminal in which a job is attached to. */
export function attach(box: Box, job: string, size = SIZE): Promise<Terminal> {
  return openTerminal(box, `imp attach ${job}`, size);
}

/** Fails unless everything is as it was before that a program may have set. */
export async function assertGivenBack(terminal: Terminal): Promise<void> {
  const flags = ["alternate_on", "mouse_any_flag", "keypad_flag", "keypad_cursor_flag"];
  const shown = await terminal.show(flags.map((flag) => `#{${flag}}`).join(" "));
  assertEquals(shown, "0 0 0 0");
  assertEquals(await terminal.show("#{cursor_flag}#{wrap_flag}#{insert_flag}"), "110");
}
