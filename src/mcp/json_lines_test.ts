import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type JsonLine, readJsonLines } from "./json_lines.ts";

const encoder = new TextEncoder();

async function* toStream(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

async function readAll(chunks: readonly Uint8Array[], mostBytes: number): Promise<JsonLine[]> {
  return await Array.fromAsync(readJsonLines(toStream(chunks), { mostBytes }));
}

Deno.test("readJsonLines() finds the same lines in whatever chunks they come", async () => {
  const line = fc.string({ unit: fc.constantFrom("a", "{", " ", "ü", "€", "😀") });
  const cuts = fc.array(fc.nat(40));
  await fc.assert(fc.asyncProperty(fc.array(line), cuts, async (lines, sizes) => {
    const bytes = encoder.encode(lines.join("\n"));
    const chunks: Uint8Array[] = [];
    let at = 0;
    for (const size of sizes) chunks.push(bytes.subarray(at, at += size));
    chunks.push(bytes.subarray(at));
    const expected = lines.filter((text) => text.trim() !== "").map((text) => ({ text }));
    assertEquals(await readAll(chunks, 1_000_000), expected);
  }));
});

Deno.test("readJsonLines() keeps nothing of a line that is too long, and reads the next one", async () => {
  const text = `${"x".repeat(50)}\n{}\n${"y".repeat(11)}`;
  assertEquals(await readAll([encoder.encode(text)], 10), [
    { wrong: "too long" },
    { text: "{}" },
    { wrong: "too long" },
  ]);
});

Deno.test("readJsonLines() tells bytes that are no text apart from text", async () => {
  assertEquals(await readAll([new Uint8Array([0xff, 0x0a, 0x7b, 0x7d, 0x0a])], 10), [
    { wrong: "not UTF-8" },
    { text: "{}" },
  ]);
});
