// deno-lint-ignore-file no-control-regex
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { escapeControl, escapeLabel, TerminalText } from "./terminal_text.ts";

const plain = (text: string) => escapeControl(text, { allowColor: false });
const colored = (text: string) => escapeControl(text, { allowColor: true });

Deno.test("escapeControl() leaves text, newlines and tabs alone", () => {
  const text = "a\tb\nhällo 🐙 — ￿ \u00a0";
  assertEquals([plain(text), colored(text)], [text, text]);
});

Deno.test("F116 escapeControl() takes what talks to the terminal out of the text", () => {
  const cases: [string, string][] = [
    ["\x1b]0;evil title\x07ok", "ok"],
    ["\x1b]52;c;ZXZpbA==\x1b\\ok", "ok"],
    ["\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"],
    ["\x1bPdevice\x1b\\ok", "ok"],
    ["\x1b[2J\x1b[1;1Hok\x1b[?1049h", "ok"],
    ["\x1b(Bok\x1bc\x1b7", "ok"],
    ["\x9b2Jok\x9d0;t\x9c", "ok"],
    ["\x1b\x1b[2J[2Jok", "^[[2Jok"],
    ["bell\x07 nul\x00 del\x7f c1\x85", "bell^G nul^@ del^? c1\\x85"],
    ["safe\rfake", "safe^Mfake"],
    ["dos\r\nend\r", "dos\nend^M"],
    ["\x1b]no end\nok", "no end\nok"],
    ["\x1b", "^["],
    [`\x1b[${"1".repeat(100)}m`, `${"1".repeat(100)}m`],
  ];
  for (const [text, shown] of cases) assertEquals(plain(text), shown, JSON.stringify(text));
});

Deno.test("escapeControl() keeps colours where they are allowed, and ends them", () => {
  assertEquals(colored("\x1b[1;31mred\x1b[0m \x1b[2Kx"), "\x1b[1;31mred\x1b[0m x");
  assertEquals(colored("\x1b[38:5:1mred"), "\x1b[38:5:1mred\x1b[0m");
  assertEquals(colored("\x1b[31mred\x1b[m"), "\x1b[31mred\x1b[m");
  assertEquals(colored("\x1b[>4;1mx \x9b31mx"), "x x");
  assertEquals(plain("\x1b[1;31mred\x1b[0m"), "red");
});

const noise = fc.array(
  fc.oneof(
    fc.constantFrom(
      "\x1b",
      "\x1b[",
      "31m",
      "\x1b]",
      "\x07",
      "\x9b",
      "\x9c",
      "\r",
      "\n",
      "\\",
      "P",
      "2J",
    ),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
  { maxLength: 30 },
).map((parts) => parts.join(""));

Deno.test("escapeControl() lets no control character through but SGR", () => {
  fc.assert(fc.property(noise, fc.boolean(), (text, allowColor) => {
    const shown = escapeControl(text, { allowColor });
    const rest = allowColor ? shown.replace(/\x1b\[[0-9;:]*m/g, "") : shown;
    assert(!/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(rest), JSON.stringify(shown));
  }));
});

Deno.test("TerminalText says the same whatever the pieces", () => {
  fc.assert(fc.property(noise, fc.array(fc.nat(40)), fc.boolean(), (text, cuts, allowColor) => {
    const cleaner = new TerminalText({ allowColor });
    let [shown, from] = ["", 0];
    for (const cut of [...cuts.toSorted((a, b) => a - b), text.length]) {
      shown += cleaner.push(text.slice(from, Math.max(from, cut)));
      from = Math.max(from, cut);
    }
    assertEquals(shown + cleaner.end(), escapeControl(text, { allowColor }));
  }));
});

Deno.test("TerminalText holds a bounded piece of a sequence without an end", () => {
  const cleaner = new TerminalText({ allowColor: false });
  let shown = cleaner.push("\x1b]0;");
  for (let i = 0; i < 100; i++) shown += cleaner.push("x".repeat(100));
  assert(shown.length > 5_000, "it is shown when it has become too long");
});

Deno.test("F84 F116 escapeLabel() keeps a name on its line and in its direction", () => {
  assertEquals(
    escapeLabel("a\nb\tc\u202egnp.exe\u2066\u2028"),
    "a\\nb\\tc\\u202egnp.exe\\u2066\\u2028",
  );
  assertEquals(escapeLabel("\x1b[31mשלום\x1b[0m"), "שלום");
});
