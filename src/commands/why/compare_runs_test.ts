import { assert, assertEquals } from "@std/assert";
import type { LogItem } from "../../logs/log_item.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import { createRandom } from "../../../tests/support/random.ts";
import { jobOf, NOW, toldRun } from "./testdata/why_samples.ts";
import { LineMemory } from "./line_memory.ts";
import { renderDifference } from "./render_difference.ts";
import { compareRuns, type Difference, type PrintedRun } from "./compare_runs.ts";

const encoder = new TextEncoder();

/** A run that has printed these texts, each at once. */
function printed(run: number, texts: readonly (readonly [StreamName, string])[]): PrintedRun {
  const items = texts.map(([stream, text]): LogItem => ({
    ...{ stream, timeMs: 0, offset: 0, startsLine: true, end: "line" },
    bytes: encoder.encode(text),
  }));
  return {
    run,
    batches: (async function* () {
      for (const item of items) yield await Promise.resolve([item]);
    })(),
  };
}

async function compare(
  before: readonly (readonly [StreamName, string])[],
  now: readonly (readonly [StreamName, string])[],
  budget = {},
): Promise<Difference> {
  return await compareRuns({ run: printed(2, now), against: printed(1, before), budget });
}

function told({ head, tail }: Difference): string[] {
  return [...head, ...tail].map(({ stream, text, times }) => `${stream} ${text} ${times}`);
}

Deno.test("compareRuns() tells each new line once, in its stream, with how often it came", async () => {
  const difference = await compare(
    [["stdout", "up in 12ms\nbye\n"], ["stderr", "\x1b[33mwarning\x1b[0m\n"]],
    [
      ["stdout", "up in 3s\n\n   \nnew 1\n"],
      ["stderr", "warning\nbye\nretry after 1s\nretry after 2s\n 10%\r100%\r\n"],
      ["stdout", "new 1\nlast"],
    ],
  );
  assertEquals(told(difference), [
    ...["stdout new 1 2", "stderr bye 1", "stderr retry after 1s 2", "stderr 100% 1"],
    "stdout last 1",
  ]);
  assertEquals([difference.omitted, difference.missing], [{ lines: 0, bytes: 0 }, []]);
});

Deno.test("compareRuns() tells nothing of runs that printed the same, in whatever order", async () => {
  const { head, tail, omitted } = await compare(
    [["stdout", "one\ntwo\n"], ["stderr", "three\n"]],
    [["stderr", "three\nthree\n"], ["stdout", "two\none\n"]],
  );
  assertEquals([head, tail, omitted.lines], [[], [], 0]);
});

Deno.test("compareRuns() leaves out the middle of more than its budget, and counts it", async () => {
  const names = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  const all: [StreamName, string][] = [["stdout", `${names.join("\n")}\n`]];
  const byLines = await compare([], all, { maxLines: 8 });
  assertEquals([byLines.head.length, byLines.tail.length], [2, 6]);
  assertEquals([byLines.head[0]!.text, byLines.tail.at(-1)!.text], ["line 0", "line 99"]);
  const bytes = names.slice(2, -6).join("\n").length + 1;
  assertEquals(byLines.omitted, { lines: 92, bytes });
  // Whatever the budget is, it is kept, and what is not shown is counted.
  for (const maxBytes of [1, 8, 9, 50, 300, 789, 790, 791]) {
    const { head, tail, omitted } = await compare([], all, { maxBytes });
    const size = [...head, ...tail].reduce((sum, { text }) => sum + text.length + 1, 0);
    assert(size <= maxBytes, `${size} of ${maxBytes}`);
    assertEquals([head.length + tail.length + omitted.lines, size + omitted.bytes], [100, 790]);
  }
});

Deno.test("compareRuns() finds the few new lines of a long run, and none that was there", async () => {
  const random = createRandom(7);
  const word = () => Math.floor(random() * 2 ** 32).toString(36).replace(/\d/g, "x");
  const lines = Array.from({ length: 50_000 }, (_, index) => `${word()} ${word()} ${index}`);
  const before: [StreamName, string][] = [["stdout", `${lines.join("\n")}\n`]];
  const now: [StreamName, string][] = [["stdout", `${lines.join("\n")}\nTypeError\n`]];
  assertEquals(told(await compare(before, now)), ["stdout TypeError 1"]);
  // Of very many new ones the first and the last are kept.
  const other = await compare([["stdout", "x\n"]], before, {});
  assertEquals(other.head.length + other.tail.length + other.omitted.lines, 50_000);
  assertEquals([other.head.length, other.tail.length], [2_500, 7_500]);
});

Deno.test("compareRuns() tells what is kept no more, of either run, and renderDifference() what that means", async () => {
  const gap: LogItem = { stream: "stdout", timeMs: 0, notice: "gap", from: 0, to: 512 };
  const drop: LogItem = {
    ...{ stream: "stderr", timeMs: 0, notice: "dropped" },
    drop: { timeMs: 0, bytes: null, reason: "full" },
  };
  const screen: LogItem = { stream: "stdout", timeMs: 0, notice: "screen" };
  const of = (run: number, ...items: LogItem[]) => ({
    ...printed(run, []),
    batches: (async function* () {
      yield await Promise.resolve(items);
    })(),
  });
  const difference = await compareRuns({
    ...{ run: of(2, drop, screen), against: of(1, gap), budget: {} },
  });
  assertEquals(difference.missing, [
    { run: 1, stream: "stdout", bytes: 512 },
    { run: 2, stream: "stderr", bytes: null },
  ]);
  const view = (run: number) => ({ ...toldRun().run, run, run_id: `V3x-${run}` });
  const pair = { run: view(2), against: view(1) };
  const how = { pair, difference, command: "imp diff api 1 2", nowMs: NOW, color: false };
  assertEquals(renderDifference(jobOf(), how), [
    "V3x (api): run 2 (failed (1) 1m ago) printed nothing that run 1 (failed (1) 1m ago) did not",
    "imp: run 1: 512 bytes of its stdout are kept no more: what stood there is shown as new",
    "imp: run 2: some of its stderr is kept no more",
  ]);
});

Deno.test("compareRuns() counts as one does who holds every line, whatever is printed how often", async () => {
  const random = createRandom(19);
  const pick = (most: number) => Math.floor(random() * most);
  for (let round = 0; round < 300; round++) {
    const many = 1 + pick(40);
    const line = () =>
      [
        `${"abcdef"[pick(6)]}${"ghijkl"[pick(6)]}${"mnop"[pick(1 + round % 4)]}`,
        "",
        " \t",
        "x é ö  ",
      ][random() < 0.9 ? 0 : pick(4)]!;
    const texts = (): [StreamName, string][] =>
      Array.from({ length: pick(5) }, () => {
        const stream = random() < 0.5 ? "stdout" : "stderr";
        return [stream, Array.from({ length: pick(many) }, line).map((it) => `${it}\n`).join("")];
      });
    const [before, now] = [texts(), texts()];
    const linesOf = (all: typeof now) =>
      all.flatMap(([stream, text]) =>
        text.split("\n").filter((it) => it.trim() !== "").map((it) => ({ stream, text: it }))
      );
    const nameOf = (it: { stream: string; text: string }) => `${it.stream} ${it.text.trim()}`;
    const known = new Set(linesOf(before).map(nameOf));
    const expected = new Map<string, number>();
    for (const it of linesOf(now).map(nameOf).filter((it) => !known.has(it))) {
      expected.set(it, (expected.get(it) ?? 0) + 1);
    }
    // Of lines that are left out and come again none is counted twice.
    const maxLines = pick(12);
    const { head, tail, omitted, isExact } = await compare(before, now, { maxLines });
    assertEquals(head.length + tail.length + omitted.lines, expected.size);
    assertEquals(isExact, true);
    const names = [...expected.keys()];
    assertEquals(head.map(nameOf), names.slice(0, head.length));
    assertEquals(tail.map(nameOf), names.slice(names.length - tail.length));
    assert(head.length + tail.length <= maxLines);
    if (omitted.lines === 0) {
      assertEquals([...head, ...tail].map(({ times }) => times), [...expected.values()]);
    }
  }
});

Deno.test("compareRuns() says so when there are more lines than it can tell apart, and loses few", async () => {
  const lines = (what: string, count: number): [StreamName, string][] => [[
    "stdout",
    Array.from({ length: count }, (_, index) => `${what} ${index}\n`).join(""),
  ]];
  const { head, tail, omitted, isExact } = await compareRuns({
    run: printed(2, [...lines("line", 60_000), ...lines("new", 60_000), ...lines("new", 60_000)]),
    against: printed(1, lines("line", 60_000)),
    budget: {},
    memory: new LineMemory(2 ** 16),
  });
  assertEquals(isExact, false);
  const count = head.length + tail.length + omitted.lines;
  assert(count > 59_900 && count <= 60_000, `${count} lines`);
});
