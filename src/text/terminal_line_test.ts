import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { textWidth } from "./clean_text.ts";
import { TerminalLine } from "./terminal_line.ts";

function show(...parts: string[]): string {
  const line = new TerminalLine(1_000);
  for (const part of parts) line.write(part);
  return line.text;
}

Deno.test("B5 TerminalLine shows of a progress bar what a terminal shows in the end", () => {
  const lines: Record<string, string> = {
    "10%\r20%\r100%": "100%",
    "10%\r20%\r": "20%",
    "Downloading 100%\rDone": "Doneloading 100%",
    "Downloading 100%\r\x1b[KDone": "Done",
    "Downloading\x1b[2K\rDone": "Done",
    "Downloading\x1b[1G\x1b[0JDone": "Done",
    "|\b/\b-\b\\\b ok": " ok",
    "pass\b\b\b\b    ": "    ",
    "abc\b\x1b[K": "ab",
    "N\bNA\bAM\bME\bE": "NAME",
    "\b\b\bx": "x",
    "a\x1b[5Cb\x1b[3D!": "a   ! b",
    "[    ]\x1b[2G##\x1b[6G]": "[##  ]",
    "abc\x1b[1Kx": "   x",
    "12345\x1b[3D\x1b[2X": "12  5",
    "12345\x1b[3D\x1b[P": "1245",
    "12345\x1b[3D\x1b[9P": "12",
    "1245\x1b[2D\x1b[@3": "12345",
    "日本\x1b[3D\x1b[P": "  本".slice(1),
    "left\x1b7 right\x1b8-LEFT-": "left-LEFT-",
    "left\x1b[s right\x1b[uRIGHT!": "leftRIGHT!",
    "a\tb\rx": "x       b",
    "\x1b]0;title\x07one\rtwo": "two",
    "one\x1b[1A\x1b[2K\rtwo": "two",
    "x\x1b[999999999Cy": "x",
    "": "",
  };
  for (const [line, shown] of Object.entries(lines)) {
    assertEquals(show(line), shown, JSON.stringify(line));
  }
});

Deno.test("B5 TerminalLine leaves alone what nothing in it goes back over", () => {
  for (
    const line of [
      "plain",
      "\x1b[31mred\x1b[0m \x1b]0;t\x07x",
      "a\tb",
      "bell\x07",
      "wi\u0301de 日本",
    ]
  ) {
    const terminal = new TerminalLine(1_000);
    terminal.write(line);
    assertEquals([terminal.text, terminal.hasMoved], [line, false]);
  }
});

Deno.test("B5 TerminalLine takes a return before the end of a line for a part of it", () => {
  const line = new TerminalLine(1_000);
  line.write("abc\r");
  assertEquals([line.text, line.hasMoved], ["abc", false]);
  line.clear();
  line.write("x");
  assertEquals(line.text, "x");
});

Deno.test("B5 TerminalLine keeps the colour of what is seen, and of the lines that follow", () => {
  assertEquals(show("\x1b[31m10%\r\x1b[32m20\x1b[0m"), "\x1b[0m\x1b[32m20\x1b[0m\x1b[31m%\x1b[0m");
  const line = new TerminalLine(1_000);
  line.write("\x1b[31mred\r");
  line.write("RED");
  assertEquals(line.text, "\x1b[0m\x1b[31mRED");
  line.clear();
  line.write("x\ry");
  assertEquals(line.text, "y");
  line.write("\x1b[0m!");
  assertEquals(line.text, "y\x1b[0m!");
});

Deno.test("B5 TerminalLine never shows half of a wide character", () => {
  assertEquals(show("日本\rx"), "x 本");
  assertEquals(show("日本\x1b[2Gx"), " x本");
  assertEquals(show("日本\x1b[4G\x1b[K"), "日");
  assertEquals(show("ab\r日"), "日");
  assertEquals(show("👩‍👩‍👧 x\r  "), "   x");
  assertEquals(show("e\u0301x\r\x1b[Cy"), "e\u0301y");
  assertEquals(show("🇩", "🇪\rok!"), "ok!");
});

Deno.test("B5 TerminalLine holds no more than it was told, and counts the rest", () => {
  const line = new TerminalLine(10);
  line.write("0123456789abcdef");
  assertEquals([line.text, line.hidden], ["0123456789", 6]);
  line.write("\rX");
  assertEquals([line.text, line.hidden], ["X123456789", 6]);
  line.write("\x1b[K");
  assertEquals([line.text, line.hidden], ["X", 0]);
  line.write("\x1b[99999999C!");
  assertEquals([line.text, line.hidden], ["X", 1]);
});

Deno.test("B5 TerminalLine is quick with output made to be slow", () => {
  for (
    const part of ["\r", "\b", "\x1b[", "\x1b]", "\x1b[1K", "\x1b[2K", "\x1b[C", "\x9b", "日\b"]
  ) {
    const line = new TerminalLine(8_192);
    const startedAtMs = performance.now();
    for (let count = 0; count < 10; count++) line.write(part.repeat(2_000) + "x");
    assert(performance.now() - startedAtMs < 5_000, JSON.stringify(part));
  }
});

Deno.test("B5 TerminalLine shows the same however the line comes in pieces, as wide as it says", () => {
  const part = fc.constantFrom(
    ...["a", "bc", "日", "e\u0301", "👩‍👩‍👧", "🇩🇪", "\r", "\b", "\t", "\x1b[31m", "\x1b[0m", "\x1b[K"],
    ...[
      "\x1b[2K",
      "\x1b[1K",
      "\x1b[3C",
      "\x1b[2D",
      "\x1b[4G",
      "\x1b[2X",
      "\x1b7",
      "\x1b8",
      "\x1b]0;t\x07",
    ],
  );
  fc.assert(fc.property(fc.array(part), fc.array(fc.nat(4)), (parts, cuts) => {
    const text = parts.join("");
    const characters = Array.from(text);
    const pieces = cuts.map((cut) => characters.splice(0, cut).join(""));
    pieces.push(characters.join(""));
    const shown = show(...pieces);
    assertEquals(shown, show(text));
    const line = new TerminalLine(1_000);
    line.write(text);
    if (line.hasMoved) {
      assert(!/[\r\b\t]/.test(shown), shown);
      assert(textWidth(shown) <= 2 * text.length * 8);
    }
  }));
});
