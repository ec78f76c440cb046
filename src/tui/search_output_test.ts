import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { LogBox } from "../logs/testdata/log_box.ts";
import type { LineWish } from "./output_line.ts";
import { searchOutput } from "./search_output.ts";

const STREAMS = ["stdout", "stderr"] as const;

/** Every line that has the words, as `n` or `N` find them from an end. */
async function findAll(box: LogBox, query: string, isBackward: boolean): Promise<string[]> {
  const source = { logsDir: box.dir, jobId: "V3x", run: 1, streams: STREAMS, color: true };
  const { signal } = new AbortController();
  const found: string[] = [];
  let from: LineWish | undefined;
  for (;;) {
    const next = await searchOutput({
      ...{ source, query, isBackward, from, signal },
      isInclusive: from === undefined,
    });
    if (next === undefined || next.hasWrapped) return found;
    from = next.line;
    const bytes = Deno.readFileSync(box.paths[from.kind]).subarray(from.from);
    found.push(new TextDecoder().decode(bytes).split("\n")[0]!);
  }
}

Deno.test("searchOutput() finds every line once, in the order of writing, both ways", async () => {
  using box = new LogBox();
  box.append("stdout", "one error\nnothing\nthree error error\n");
  box.append("stderr", "two Error\nfour error");
  box.writeTicks([1_000, 18, 0], [1_100, 18, 10], [1_200, 36, 10], [1_300, 36, 20]);
  const all = ["one error", "two Error", "three error error", "four error"];
  assertEquals(await findAll(box, "error", false), all);
  assertEquals(await findAll(box, "error", true), all.toReversed());
  assertEquals(await findAll(box, "Error", false), ["two Error"]);
  assertEquals(await findAll(box, "e.r", false), []);
});

Deno.test("searchOutput() goes on from the other end, and says so", async () => {
  using box = new LogBox();
  box.append("stdout", "match\nother\n");
  const source = { logsDir: box.dir, jobId: "V3x", run: 1, streams: STREAMS, color: true };
  const { signal } = new AbortController();
  const options = { source, query: "match", isBackward: false, isInclusive: false, signal };
  const line = { kind: "stdout" as const, from: 0 };
  assertEquals(await searchOutput({ ...options, from: line }), { line, hasWrapped: true });
});

Deno.test("searchOutput() looks at what is seen: through colours, and not into their codes", async () => {
  using box = new LogBox();
  box.append("stdout", "a \x1b[1;31mfa\x1b[0miled b\n12%\r31%\nbücher ÜBER\n\x1b[31mred\x1b[0m\n");
  assertEquals((await findAll(box, "a failed b", false)).length, 1);
  assertEquals(await findAll(box, "31", false), ["12%\r31%"]);
  assertEquals(await findAll(box, "12", false), []);
  assertEquals(await findAll(box, "über", false), ["bücher ÜBER"]);
});

Deno.test("searchOutput() finds lines wherever chunks end", async () => {
  const line = fc.constantFrom("x", "needle", "wörld needle", "y".repeat(70_000), "");
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 60 }), async (lines) => {
      using box = new LogBox();
      box.append("stdout", lines.map((text) => `${text}\n`).join(""));
      const wanted = lines.filter((text) => text.includes("needle"));
      assertEquals(await findAll(box, "needle", false), wanted);
      assertEquals(await findAll(box, "needle", true), wanted.toReversed());
    }),
    { numRuns: 15, seed: 20 },
  );
});
