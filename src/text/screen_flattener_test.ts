import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ScreenFlattener } from "./screen_flattener.ts";

function flatten(...parts: string[]): string {
  const flattener = new ScreenFlattener();
  return parts.map((part) => flattener.push(part)).join("") + flattener.end();
}

const VIM =
  "\x1b[?1049h\x1b[22;0;0t\x1b[>4;2m\x1b[?1h\x1b=\x1b[?2004h\x1b[1;24r\x1b[?12h\x1b[H\x1b[2J" +
  "~\r\n~\x1b[5;1Hhello\x1b[?1006;1000h\x1b]2;file (~) - VIM\x07\x1b[24;1H:q\r";

Deno.test("ScreenFlattener leaves out what is drawn on the alternate screen", () => {
  const lines: Record<string, string> = {
    [`before\n${VIM}\x1b[?1049lafter\n`]: "before\nafter\n",
    [`$ vim\r\n${VIM}\x1b[?2004l\x1b[?1l\x1b>\x1b[?1049l\x1b[23;0;0t$ `]: "$ vim\r\n\x1b[23;0;0t$ ",
    "a\x1b[?47hhidden\x1b[?47lb": "ab",
    "a\x1b[?1047hhidden\n\nmore\x1b[?1047lb": "ab",
    "a\x1b[?25;1049hhidden\x1b[?1049;25lb": "ab",
    "\x1b[?1049hto its end": "",
    "never entered\x1b[?1049l": "never entered",
    "\x1b[?25lspinner\x1b[?25h": "\x1b[?25lspinner\x1b[?25h",
  };
  for (const [text, shown] of Object.entries(lines)) {
    assertEquals(flatten(text), shown, JSON.stringify(text));
  }
});

Deno.test("ScreenFlattener begins a line where the cursor goes to another row", () => {
  const lines: Record<string, string> = {
    "\x1b[H\x1b[2Jtop - 12:00\x1b[K\nTasks\x1b[K": "\x1b[2Jtop - 12:00\x1b[K\nTasks\x1b[K",
    "one\x1b[2;1Htwo\x1b[3;1Hthree\n": "one\ntwo\nthree\n",
    "one\x1b[2;5Htwo\x1b[9dthree": "one\n\x1b[5Gtwo\nthree",
    "one\x1b[Htwo": "one\ntwo",
    "\x1b[4;7fa": "\x1b[7Ga",
    "\x1bcFile change detected": "File change detected",
    "waiting\x1bcFile change detected": "waiting\nFile change detected",
    "\x1b[31m\x1b]0;t\x07\x1b[Hred": "\x1b[31m\x1b]0;t\x07red",
    "\x1b[1mx\x1b[0m\x1b[Hy": "\x1b[1mx\x1b[0m\ny",
    "a\x1b[A\x1b[2K\rb": "a\x1b[A\x1b[2K\rb",
    "10%\r20%": "10%\r20%",
  };
  for (const [text, shown] of Object.entries(lines)) {
    assertEquals(flatten(text), shown, JSON.stringify(text));
  }
});

Deno.test("ScreenFlattener tells whether something was left out", () => {
  const flattener = new ScreenFlattener();
  flattener.push("plain\x1b[?1049h");
  assert(!flattener.hasHidden);
  flattener.push("x");
  assert(flattener.hasHidden);
});

Deno.test("ScreenFlattener takes text in whatever pieces, and holds no more than a sequence", () => {
  const part = fc.constantFrom(
    "a",
    "\n",
    "\r",
    "\x1b",
    "[",
    "?1049h",
    "?1049l",
    "2;3H",
    "\x1bc",
    "\x1b[",
  );
  const texts = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(fc.property(texts, fc.array(fc.nat(60)), (text, cuts) => {
    const places = [
      0,
      ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b),
      text.length,
    ];
    const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
    assertEquals(flatten(...pieces), flatten(text));
  }));
  const flattener = new ScreenFlattener();
  assertEquals(flattener.push(`\x1b[${"1".repeat(100)}`).length, 102);
});
