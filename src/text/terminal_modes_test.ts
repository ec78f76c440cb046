import { assertEquals } from "@std/assert";
import { TerminalModes } from "./terminal_modes.ts";

const encoder = new TextEncoder();

function after(...chunks: readonly string[]): TerminalModes {
  const modes = new TerminalModes();
  for (const chunk of chunks) modes.push(encoder.encode(chunk));
  return modes;
}

Deno.test("what was set is taken back, and nothing else", () => {
  const cases: Readonly<Record<string, string>> = {
    "no modes": "",
    "\x1b[?25l": "\x1b[?25h",
    "\x1b[?25l\x1b[?25h": "",
    "\x1b[?1000;1006h": "\x1b[?1000l\x1b[?1006l",
    "\x1b[?2004h\x1b[?1004h": "\x1b[?1004l\x1b[?2004l",
    "\x1b[?7l": "\x1b[?7h",
    "\x1b=\x1b[?1h": "\x1b[?1l\x1b>",
    "\x1b[?1049h": "\x1b[?1049l",
    "\x1b[?1049h\x1b[?1049l": "",
    "\x1b[?47h": "\x1b[?1049l",
    "\x1b[4h": "\x1b[4l",
    "\x1b[2;20r": "\x1b7\x1b[r\x1b8",
    "\x1b[2;20r\x1b[r": "",
    "\x1b(0": "\x1b(B",
    "\x1b(0lqk\x1b(B": "",
    "\x1b[4 q": "\x1b[0 q",
    "\x1b[>4;2m": "\x1b[>4m",
    "\x1b[>4;2m\x1b[>4;0m": "",
    "\x1b[>1u\x1b[>5u": "\x1b[<2u",
    "\x1b[>1u\x1b[<u": "",
    "\x1b[=1u": "\x1b[<1u",
    "\x1b[>1u\x1b[?1049h\x1b[>3u": "\x1b[<1u\x1b[?1049l\x1b[<1u",
    "\x1b]10;#ff0000\x07\x1b]11;?\x07": "\x1b]110\x1b\\",
    "\x1b[?2026h": "\x1b[?2026l",
    "\x1b[?25l\x1b[?1049h\x1bc": "",
    "\x1b[?25l\x1b[?1000h\x1b[!p": "\x1b[?1000l",
    "\x1b[?12h\x1b[?3h\x1b[?1034h": "",
    "\x1b[31m\x1b[2J\x1b[5;6H": "",
  };
  for (const [written, undone] of Object.entries(cases)) {
    assertEquals(after(written).changeTo(), undone, JSON.stringify(written));
  }
});

Deno.test("a sequence that comes in two chunks is seen wherever it is cut", () => {
  const written = "a\x1b[?1049hb\x1b]11;#000000\x1b\\c\x1b(0\x1b[>1u";
  const undone = after(written).changeTo();
  for (let at = 1; at < written.length; at++) {
    assertEquals(after(written.slice(0, at), written.slice(at)).changeTo(), undone, String(at));
  }
  assertEquals(after(...written).changeTo(), undone);
});

Deno.test("a terminal is set as another one is, and back again", () => {
  const all =
    "\x1b[>1u\x1b[?1049h\x1b[>3u\x1b[2;9r\x1b[?1;1000;2004h\x1b[?7;25l\x1b[4h\x1b=\x1b(0" +
    "\x1b[2 q\x1b[>4;2m";
  const there = after(all);
  const way = new TerminalModes().changeTo(there);
  assertEquals(after(way).changeTo(there), "");
  assertEquals(after(way).changeTo(), there.changeTo());
  assertEquals(after(way + there.changeTo()).changeTo(), "");
});

Deno.test("what is no sequence, or none that is known, changes nothing", () => {
  const odd = ["\x1b", "\x1b[", "\x1b[?", "\x1b[?x", "\x1b[?25\x18l", "\x1bP1;2|\x1b[?25l\x1b\\"];
  for (const text of [...odd, "\x1b_\x1b\\", "\x1b[999999999999h", "\x1b[?;;;l"]) {
    const modes = after(text);
    assertEquals(modes.changeTo().replace("\x1b[?25h", ""), "", JSON.stringify(text));
  }
});
