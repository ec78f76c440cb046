/** What a command with `--cursor` prints, and the cursor for the next look. */
import { assertEquals } from "@std/assert";
import type { Box } from "./box.ts";

/** Runs imp in the box; fails unless it succeeds and prints a cursor. */
export async function lookAt(
  box: Box,
  args: readonly string[],
): Promise<{ out: string; cursor: string }> {
  const { code, stdout, stderr } = await box.imp(args);
  const cursor = /^cursor (\S+)$/m.exec(stderr)?.[1];
  assertEquals([code, cursor !== undefined], [0, true], stderr);
  return { out: stdout, cursor: cursor! };
}
