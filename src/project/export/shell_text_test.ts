import { assertEquals } from "@std/assert";
import { textOfShell, toShellText } from "./shell_text.ts";

Deno.test("toShellText() is the command for sh, word by word", () => {
  const cases: readonly [command: readonly string[], text: string][] = [
    [["sh", "-c", "a | b"], "a | b"],
    [["bash", "-c", "a | b"], "bash -c 'a | b'"],
    [["npm", "run", "dev"], "npm run dev"],
    [["echo", "it's", "", "$x", "a=b", "~"], `echo 'it'\\''s' '' '$x' a=b '~'`],
    // Neither an assignment nor a word of the shell.
    [["a=b", "x"], "'a=b' x"],
    [["time", "x"], "'time' x"],
  ];
  for (const [command, text] of cases) assertEquals(toShellText(command), text);
  assertEquals(textOfShell(["sh", "-c", "a", "b"]), undefined);
});
