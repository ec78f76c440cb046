/** What pages show, typed into a shell. */
import { assert } from "@std/assert";
import type { Box } from "./box.ts";
import { type ConsoleStep, matchesShown } from "./page.ts";
import type { TestProcess } from "./process.ts";

/** Has the shell run the command as if it were typed: what it reads is not the rest of the test. */
export async function typeIn(
  { box, shell }: { readonly box: Box; readonly shell: TestProcess },
  { command, expected }: ConsoleStep,
): Promise<void> {
  const mark = `DONE ${crypto.randomUUID()}`;
  const before = shell.stdout.text.length;
  await shell.write(`{ ${command}\n} < /dev/null\nset -- $?; echo "${mark}"; (exit $1)\n`);
  const after = await shell.waitForStdout(mark);
  const output = after.slice(before, after.indexOf(mark)).replace(/^\n/, "");
  assert(
    matchesShown(expected, output),
    `The page shows another output than this one of: ${command}\n${output}\nnot:\n` +
      `${expected.join("\n")}\n${await box.explain()}`,
  );
}
