import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_LINE_CHARS, type RawLine, ShownLineSplitter } from "./shown_line_splitter.ts";

const encoder = new TextEncoder();

function split(...chunks: (string | Uint8Array)[]): { lines: string[]; open: string | undefined } {
  const splitter = new ShownLineSplitter();
  const lines = chunks.flatMap((chunk) =>
    splitter.push(typeof chunk === "string" ? encoder.encode(chunk) : chunk)
  );
  return { lines: lines.map(({ text }) => text), open: splitter.open?.text };
}

Deno.test("ShownLineSplitter cuts at line feeds and keeps the rest open", () => {
  assertEquals(split("a\nb\n\nc"), { lines: ["a", "b", ""], open: "c" });
  assertEquals(split("a", "b", "\n"), { lines: ["ab"], open: undefined });
});

Deno.test("ShownLineSplitter takes carriage return and line feed for one end", () => {
  assertEquals(split("a\r\nb\r", "\nc"), { lines: ["a", "b"], open: "c" });
});

Deno.test("ShownLineSplitter begins a line anew at a carriage return", () => {
  assertEquals(split("10%\r20%\r30%"), { lines: [], open: "30%" });
  assertEquals(split("10%\r", "20%\r"), { lines: [], open: "20%" });
  assertEquals(split("10%\r", "done\n"), { lines: ["done"], open: undefined });
});

Deno.test("ShownLineSplitter decodes characters that are torn apart, and what is no UTF-8", () => {
  const bytes = encoder.encode("日本\n");
  assertEquals(split(bytes.subarray(0, 2), bytes.subarray(2)).lines, ["日本"]);
  assertEquals(split(new Uint8Array([0x61, 0xff, 0xfe, 0x62, 0x0a])).lines, ["a\ufffd\ufffdb"]);
});

Deno.test("ShownLineSplitter holds only the beginning of a long line and counts the rest", () => {
  const splitter = new ShownLineSplitter();
  const lines: RawLine[] = [];
  for (let index = 0; index < 100; index++) {
    lines.push(...splitter.push(encoder.encode("x".repeat(10_000))));
  }
  assertEquals(lines, []);
  assertEquals(splitter.open?.text.length, MAX_LINE_CHARS);
  const [line] = splitter.push(encoder.encode("\nnext"));
  assertEquals(line!.hidden, 1_000_000 - MAX_LINE_CHARS);
  assertEquals(splitter.open, { text: "next", hidden: 0 });
});

Deno.test("end() returns the line without an end, once", () => {
  const splitter = new ShownLineSplitter();
  splitter.push(encoder.encode("a\nb"));
  assertEquals(splitter.end(), { text: "b", hidden: 0 });
  assertEquals(splitter.end(), undefined);
});

Deno.test("ShownLineSplitter does not care how bytes are cut up", () => {
  const text = fc.array(fc.constantFrom("a", "日", "\n", "\r", "\r\n", "👩‍👩‍👧")).map((parts) =>
    parts.join("")
  );
  fc.assert(fc.property(text, fc.array(fc.nat(8)), (text, cuts) => {
    const bytes = encoder.encode(text);
    const chunks: Uint8Array[] = [];
    let from = 0;
    for (const cut of cuts) chunks.push(bytes.subarray(from, from += cut));
    chunks.push(bytes.subarray(from));
    assertEquals(split(...chunks), split(bytes));
  }));
});
