import { assertEquals } from "@std/assert";
import { quoteSystemdWord } from "./systemd_word.ts";

Deno.test("quoteSystemdWord() keeps a word as it is", () => {
  const cases: readonly [word: string, quoted: string][] = [
    ["/usr/bin/env", "/usr/bin/env"],
    ["A=b", "A=b"],
    ["", '""'],
    ["a b", '"a b"'],
    ["100%", "100%%"],
    ["%h x", '"%%h x"'],
    ["$HOME ${x}", '"$HOME ${x}"'],
    [`"q" 'x' \\`, `"\\"q\\" 'x' \\\\"`],
    ["one\ntwo\tthree\x1b", '"one\\ntwo\\tthree\\x1b"'],
    [";", '";"'],
    ["ünï", '"ünï"'],
  ];
  for (const [word, quoted] of cases) assertEquals(quoteSystemdWord(word), quoted);
});
