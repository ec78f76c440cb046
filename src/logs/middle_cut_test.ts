import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MiddleCut, type OutputBudget } from "./middle_cut.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Cut {
  head: string;
  omitted: string;
  tail: string;
  lines: number;
  bytes: number;
}

/** What becomes of the chunks, each of which has its number as tag. */
function cut(
  chunks: readonly string[],
  budget: OutputBudget,
  reserved?: { lines: number; bytes: number },
): Cut {
  const all = chunks.map((chunk) => encoder.encode(chunk));
  const parts: Uint8Array[] = [];
  const middle = new MiddleCut<number>(budget, ({ bytes, tag, skipped }) => {
    assertEquals(bytes, all[tag]!.subarray(skipped, skipped + bytes.length));
    parts.push(bytes.slice());
  });
  const head = all.map((bytes, tag) => bytes.subarray(0, middle.push(bytes, tag)));
  const tail = middle.end(reserved).map(({ bytes }) => bytes);
  return { head: join(head), omitted: join(parts), tail: join(tail), ...middle.omitted };
}

function join(parts: readonly Uint8Array[]): string {
  return parts.map((part) => decoder.decode(part)).join("");
}

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}\n`);

Deno.test("MiddleCut leaves out nothing that is within its budget, to the byte", () => {
  const lines = numbered(20);
  const all = lines.join("");
  for (const budget of [{}, { maxLines: 20 }, { maxBytes: all.length }]) {
    const { head, tail, bytes } = cut(lines, budget, { lines: 1, bytes: 50 });
    assertEquals([head + tail, bytes], [all, 0]);
  }
});

Deno.test("MiddleCut shows a quarter of the lines from the beginning, the rest from the end", () => {
  const { head, tail, lines, bytes } = cut([numbered(1_000).join("")], { maxLines: 8 });
  assertEquals(head, "line 1\nline 2\n");
  assertEquals(tail, numbered(1_000).slice(-6).join(""));
  assertEquals([lines, bytes], [992, numbered(994).slice(2).join("").length]);
  const told = cut(numbered(1_000), { maxLines: 8 }, { lines: 1, bytes: 50 });
  assertEquals(told.tail, numbered(1_000).slice(-5).join(""));
});

Deno.test("MiddleCut cuts between lines, also where bytes are counted", () => {
  const { head, tail, omitted } = cut([numbered(100).join("")], { maxBytes: 100 });
  assertEquals(head, "line 1\nline 2\nline 3\n");
  assertEquals(tail, numbered(100).slice(-9).join(""));
  assertEquals(omitted.slice(0, 7), "line 4\n");
});

Deno.test("MiddleCut shows the beginning and the end of a line that is longer than its budget", () => {
  const { head, tail, lines, bytes } = cut([`<${"ü".repeat(500)}>\n`], { maxBytes: 40 });
  assertEquals(head, "<üüüü");
  assertEquals(tail, `${"ü".repeat(14)}>\n`);
  assertEquals([lines, bytes], [1, 1003 - 9 - 30]);
});

Deno.test("MiddleCut holds no more of lines without an end than it may show", () => {
  const chunk = encoder.encode("x".repeat(64 * 1024));
  const middle = new MiddleCut<undefined>({ maxLines: 2 });
  for (let at = 0; at < 100; at++) middle.push(chunk, undefined);
  const tail = middle.end().reduce((sum, { bytes }) => sum + bytes.length, 0);
  assert(tail <= 2 * 64 * 1024, String(tail));
});

const chunk = fc.oneof(
  fc.constantFrom("a\n", "ü\n", "\n", "no end", "😀", "long ".repeat(9), "one\ntwo\nthree\n"),
  fc.string({ maxLength: 12 }),
);

Deno.test("MiddleCut shows or counts each byte once, and never more than its budget", () => {
  fc.assert(
    fc.property(
      fc.array(chunk, { maxLength: 60 }),
      fc.option(fc.nat(30), { nil: undefined }),
      fc.option(fc.integer({ min: 1, max: 120 }), { nil: undefined }),
      (chunks, maxLines, maxBytes) => {
        const budget = { maxLines, maxBytes };
        const { head, omitted, tail, lines, bytes } = cut(chunks, budget);
        assertEquals(head + omitted + tail, chunks.join(""));
        assertEquals(bytes, encoder.encode(omitted).length);
        assertEquals(lines, omitted.split("\n").length - (/(^|\n)$/.test(omitted) ? 1 : 0));
        const shown = encoder.encode(head + tail).length;
        assert(shown <= (maxBytes ?? Infinity), `${shown} bytes`);
        if (bytes === 0) return;
        const shownLines = (head + "\n" + tail).split(/\n(?!$)/).length;
        assert(shownLines <= Math.max(maxLines ?? Infinity, 1) + 1, `${shownLines} lines`);
      },
    ),
    { numRuns: 2_000 },
  );
});
