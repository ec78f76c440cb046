import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  clipText,
  fitText,
  sliceText,
  spreadText,
  textWidth,
  toPlainText,
  wrapText,
} from "./clean_text.ts";

const RED = "\x1b[0m\x1b[31m";
const RESET = "\x1b[0m";

Deno.test("textWidth() counts cells, not characters", () => {
  const widths = ["", "abc", "日本", "e\u0301", "👩‍👩‍👧", `${RED}ab${RESET}`].map(textWidth);
  assertEquals(widths, [0, 3, 4, 1, 2, 2]);
});

Deno.test("wrapText() fills rows and never cuts a character apart", () => {
  assertEquals(wrapText("abcdef", 4), ["abcd", "ef"]);
  assertEquals(wrapText("a日本語", 4), ["a日", "本語"]);
  assertEquals(wrapText("👩‍👩‍👧👩‍👩‍👧", 3), ["👩‍👩‍👧", "👩‍👩‍👧"]);
  assertEquals(wrapText("", 4), [""]);
});

Deno.test("wrapText() goes on in the same style", () => {
  const rows = wrapText(`a${RED}bcd${RESET}e`, 2);
  assertEquals(rows.slice(0, 2), [`a${RED}b${RESET}`, `${RED}cd${RESET}`]);
  assertEquals(toPlain(rows), ["ab", "cd", "e"]);
});

Deno.test("sliceText() keeps the style of what it cuts out", () => {
  assertEquals(sliceText(`ab${RED}cdef${RESET}gh`, 3, 2), `${RED}de${RESET}`);
  assertEquals(sliceText("abcdef", 2, 3), "cde");
  assertEquals(sliceText("日本語", 1, 4), " 本 ");
});

Deno.test("clipText() says that something was left out", () => {
  assertEquals(clipText("abcdef", 4), "abc…");
  assertEquals(clipText("abcd", 4), "abcd");
  assertEquals(clipText("日本語", 4), "日 …");
  assertEquals(clipText("abc", 0), "");
});

Deno.test("fitText() fills up on the side that is asked for", () => {
  assertEquals(fitText("ab", 4), "ab  ");
  assertEquals(fitText("ab", 4, "right"), "  ab");
});

Deno.test("spreadText() lets the left text give way", () => {
  assertEquals(spreadText("left", "right", 12), "left   right");
  assertEquals(spreadText("a long left", "right", 12), "a long…right");
  assertEquals(spreadText("left", "right", 4), "rig…");
});

Deno.test("toPlainText() leaves one line without anything a terminal obeys", () => {
  assertEquals(toPlainText("a\nb\tc"), "a b c");
  assertEquals(toPlainText("a\x1b[31mb\x07\u202ec"), "a[31mbc");
  assertEquals(toPlainText("👩‍👩‍👧"), "👩‍👩‍👧");
});

const cleanText = fc.array(
  fc.oneof(
    fc.constantFrom("a", "bc", "日", "e\u0301", "👩‍👩‍👧", "ｶ", "\u0301", " "),
    fc.constantFrom(RED, RESET, "\x1b[0m\x1b[1m\x1b[38;5;200m"),
  ),
).map((parts) => parts.join(""));

function toPlain(rows: string[]): string[] {
  // deno-lint-ignore no-control-regex
  return rows.map((row) => row.replace(/\x1b\[[\d;]*m/g, ""));
}

Deno.test("wrapText() loses nothing and never gets wider than it may, for any text", () => {
  fc.assert(fc.property(cleanText, fc.integer({ min: 2, max: 12 }), (text, width) => {
    const rows = wrapText(text, width);
    assertEquals(toPlain(rows).join(""), toPlain([text])[0]);
    for (const row of rows) assertEquals(textWidth(row) <= width, true);
  }));
});

Deno.test("fitText() is exactly as wide as asked, for any text", () => {
  fc.assert(fc.property(cleanText, fc.integer({ min: 1, max: 20 }), (text, width) => {
    assertEquals(textWidth(fitText(text, width)), width);
  }));
});
