import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { encodeCutRecord } from "./cut_record.ts";
import { StreamReader } from "./stream_reader.ts";
import { nextLineStart, readStream, tailOffset } from "./tail.ts";
import { LogBox } from "./testdata/log_box.ts";

const GIB = 1024 ** 3;

/** The slow way. */
function tailOf(text: string, lines: number): { offset: number; lines: number } {
  const all = text.split("\n").map((line, index, array) =>
    index < array.length - 1 ? line + "\n" : line
  );
  if (all.at(-1) === "") all.pop();
  const kept = lines === 0 ? [] : all.slice(-lines);
  return { offset: text.length - kept.join("").length, lines: kept.length };
}

async function readAll(path: string, range?: { from?: number; to?: number }): Promise<string> {
  let text = "";
  for await (const { bytes } of readStream(path, range)) text += new TextDecoder().decode(bytes);
  return text;
}

Deno.test("tailOffset() finds the last lines of any file", () => {
  const line = fc.oneof(fc.constantFrom("", "x", "a\r"), fc.nat(70_000).map((n) => "y".repeat(n)));
  const file = fc.tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom("", "\n"))
    .map(([lines, end]) => lines.join("\n") + end);
  fc.assert(
    fc.property(file, fc.nat(10), (text, lines) => {
      using box = new LogBox();
      box.append("stdout", text);
      assertEquals(tailOffset(box.paths.stdout, lines), tailOf(text, lines));
    }),
    { numRuns: 60 },
  );
});

Deno.test("tailOffset() has nothing to say about a file that is not there", () => {
  using box = new LogBox();
  assertEquals(tailOffset(box.paths.stdout, 10), { offset: 0, lines: 0 });
});

Deno.test("F118 tailOffset() reads only the end of a file of 10 GiB", () => {
  using box = new LogBox();
  box.append("stdout", "");
  Deno.truncateSync(box.paths.stdout, 10 * GIB);
  box.append("stdout", "\none\ntwo\nthree\n");
  assertEquals(tailOffset(box.paths.stdout, 2), { offset: 10 * GIB + 5, lines: 2 });
});

Deno.test("tailOffset() and readStream() do not enter the hole that a cut left", async () => {
  using box = new LogBox();
  box.append("stdout", "");
  Deno.truncateSync(box.paths.stdout, 10 * GIB);
  box.append("stdout", "one\ntwo\n");
  const record = { generation: 2, base: 0, first: 10 * GIB, pending: null };
  Deno.writeFileSync(box.paths.stdoutBase, encodeCutRecord(record));
  assertEquals(tailOffset(box.paths.stdout, 100), { offset: 10 * GIB, lines: 2 });
  assertEquals(await readAll(box.paths.stdout), "one\ntwo\n");
});

Deno.test("readStream() gives the bytes of a range, and of all", async () => {
  using box = new LogBox();
  const text = Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join("");
  box.append("stdout", text);
  assertEquals(await readAll(box.paths.stdout) === text, true);
  assertEquals(await readAll(box.paths.stdout, { from: 5, to: 20 }), text.slice(5, 20));
  assertEquals(await readAll(box.paths.stdout, { from: text.length }), "");
  assertEquals(await readAll(box.paths.stderr), "");
});

Deno.test("nextLineStart() finds the line behind, and knows that it is at one", () => {
  using box = new LogBox();
  const long = "z".repeat(100_000);
  box.append("stdout", `ab\ncd\n${long}\nef`);
  using reader = StreamReader.open(box.paths.stdout)!;
  const { end } = reader.range();
  const starts = [0, 1, 3, 4, 6, 7, end - 1].map((offset) => nextLineStart(reader, offset, end));
  assertEquals(starts, [0, 3, 3, 6, 6, end - 2, end]);
  assertEquals(nextLineStart(reader, 7, 1_000), 1_000);
});

Deno.test("readStream() begins again in a file that ends before where it was to begin", async () => {
  using box = new LogBox();
  box.append("stdout", "new\n");
  const chunks: [number, string][] = [];
  for await (const { offset, bytes } of readStream(box.paths.stdout, { from: 1_000 })) {
    chunks.push([offset, new TextDecoder().decode(bytes)]);
  }
  assertEquals(chunks, [[0, ""], [0, "new\n"]]);
});
