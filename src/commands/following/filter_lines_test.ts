import { assertEquals } from "@std/assert";
import type { LogItem, LogLines } from "../../logs/log_item.ts";
import { lineText } from "../../logs/log_item.ts";
import { filterLines } from "./filter_lines.ts";

function lines(text: string, change: Partial<LogLines> = {}): LogLines {
  const bytes = new TextEncoder().encode(text);
  return {
    stream: "stdout",
    timeMs: 0,
    offset: 0,
    startsLine: true,
    end: "line",
    bytes,
    ...change,
  };
}

async function filter(batches: LogItem[][], pattern: RegExp): Promise<string[][]> {
  async function* read() {
    for (const batch of batches) {
      yield batch;
      // The bytes were only lent.
      for (const item of batch) if ("bytes" in item) item.bytes.fill(0x2a);
    }
  }
  const texts: string[][] = [];
  for await (const batch of filterLines(read(), pattern)) {
    texts.push(batch.map((item) => "bytes" in item ? lineText(item.bytes) : item.notice));
  }
  return texts;
}

Deno.test("filterLines() lets lines that match and notices through", async () => {
  const cut: LogItem = { stream: "stdout", timeMs: 0, notice: "gap", from: 0, to: 9 };
  const batch = [cut, lines("one ERR\ntwo\nthree ERR\n"), lines("four\n", { stream: "stderr" })];
  assertEquals(await filter([batch, [lines("five\n")]], /ERR/), [["gap", "one ERR", "three ERR"]]);
});

Deno.test("filterLines() looks at the text, not at its colours", async () => {
  const batch = [lines("\x1b[31mERR\x1b[0m: no\n\x1b[1mwarn\x1b[0m\r\n")];
  assertEquals(await filter([batch], /^ERR: no$|^warn$/), [[
    "\x1b[31mERR\x1b[0m: no",
    "\x1b[1mwarn\x1b[0m",
  ]]);
});

Deno.test("filterLines() lets the beginning of a long line decide", async () => {
  const piece = (text: string) => lines(text, { startsLine: false, end: "piece" });
  const wanted = [lines("ERR", { end: "piece" }), piece("…"), lines("!\n", { startsLine: false })];
  const other = [
    lines("fine", { end: "piece" }),
    piece("ERR"),
    lines("!\n", { startsLine: false }),
  ];
  assertEquals(await filter([wanted, other], /ERR/), [["ERR", "…", "!"]]);
});

Deno.test("B4 filterLines() holds the beginning of a line back until the rest says whether it matches", async () => {
  const rest = (text: string) => [lines(text, { startsLine: false })];
  const paused = (text: string) => [lines(text, { end: "pause" })];
  assertEquals(await filter([paused("Continue? "), rest("ERR\n")], /ERR/), [["Continue? ", "ERR"]]);
  assertEquals(
    await filter([paused("Continue? "), rest("yes\n"), paused("x"), rest("?\n")], /\?/),
    [
      ["Continue? "],
      ["yes"],
      ["x", "?"],
    ],
  );
  assertEquals(await filter([paused("a"), rest("b\n"), rest("ERR\n")], /ERR|x/), []);
});
