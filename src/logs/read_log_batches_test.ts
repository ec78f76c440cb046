import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { keepWithin } from "./bound.ts";
import { PAUSE_MS } from "./follow_lines.ts";
import { eachLine } from "./line_splitter.ts";
import { lineText, type LogItem } from "./log_item.ts";
import { type LogQuery, readLogBatches } from "./read_log_batches.ts";
import type { RunLogPaths } from "./log_paths.ts";
import { collapseFront, LogBox } from "./testdata/log_box.ts";

const T0 = Date.parse("2026-11-21T12:00:00Z");

function toText(item: LogItem): string {
  return "notice" in item ? `<${item.notice}>` : `${item.stream}: ${lineText(item.bytes)}`;
}

async function* readLogLines(
  paths: RunLogPaths,
  query: LogQuery,
): AsyncGenerator<LogItem, void, undefined> {
  for await (const batch of readLogBatches(paths, query)) {
    for (const item of batch) yield* "bytes" in item ? eachLine(item) : [item];
  }
}

async function read(box: LogBox, query: Partial<LogQuery> = {}): Promise<string[]> {
  const texts: string[] = [];
  for await (const item of readLogLines(box.paths, { clock: new FakeClock(), ...query })) {
    texts.push(toText(item));
  }
  return texts;
}

/** Two streams that were written in turns. */
function makeTurns(): LogBox {
  const box = new LogBox();
  box.append("stdout", "o1\no2\no3\no4\n");
  box.append("stderr", "e1\ne2\ne3\n");
  box.writeTicks(
    [T0 + 100, 3, 0],
    [T0 + 200, 3, 6],
    [T0 + 300, 9, 6],
    [T0 + 400, 9, 9],
    [T0 + 500, 12, 9],
  );
  for (const stream of ["stdout", "stderr"] as const) {
    Deno.utimeSync(box.paths[stream], (T0 + 500) / 1000, (T0 + 500) / 1000);
  }
  return box;
}

const ALL = [
  "stdout: o1",
  "stderr: e1",
  "stderr: e2",
  "stdout: o2",
  "stdout: o3",
  "stderr: e3",
  "stdout: o4",
];

Deno.test("readLogBatches() tells what was dropped in its place, each once", async () => {
  using box = makeTurns();
  const drop = (stream: string, seconds: number, rest: string) =>
    Deno.writeTextFileSync(
      `${box.dir}/V3x/1.${stream}.drops`,
      `${T0 / 1_000 + seconds} ${rest}\n`,
      {
        append: true,
      },
    );
  drop("stdout", 0, "10 full");
  drop("stderr", 7, "20 keeper");
  assertEquals(await read(box), ["<dropped>", ...ALL, "<dropped>"]);
  assertEquals(await read(box, { tail: 2 }), [...ALL.slice(-2), "<dropped>"]);
  assertEquals(await read(box, { tail: 0 }), []);
  assertEquals(await read(box, { sinceMs: T0 + 1_000 }), ["<dropped>"]);
  assertEquals(await read(box, { untilMs: T0 + 1_000 }), ["<dropped>", ...ALL]);
  assertEquals(await read(box, { streams: ["stderr"], sinceMs: T0 + 1_000 }), ["<dropped>"]);

  const end = Promise.withResolvers<void>();
  const follow = { signal: new AbortController().signal, ended: end.promise };
  const lines = readLogLines(box.paths, { clock: new FakeClock(), follow });
  const got: string[] = [];
  const reading = (async () => {
    for await (const item of lines) got.push(toText(item));
  })();
  await eventually("the history", () => got.length === ALL.length + 2);
  drop("stdout", 9, "30 full");
  await eventually("the new drop", () => got.length === ALL.length + 3);
  drop("stdout", 10, "40 full");
  end.resolve();
  await reading;
  assertEquals(got, ["<dropped>", ...ALL, "<dropped>", "<dropped>", "<dropped>"]);
});

Deno.test("readLogBatches() puts the lines of both streams in the order they were written", async () => {
  using box = makeTurns();
  assertEquals(await read(box), ALL);
  assertEquals(await read(box, { streams: ["stderr"] }), [
    "stderr: e1",
    "stderr: e2",
    "stderr: e3",
  ]);
  const times: number[] = [];
  for await (const item of readLogLines(box.paths, { clock: new FakeClock() })) {
    times.push(item.timeMs - T0);
  }
  assertEquals(times, [100, 200, 200, 300, 300, 400, 500]);
});

Deno.test("readLogBatches() gives the last lines of both streams together", async () => {
  using box = makeTurns();
  for (let tail = 0; tail <= 8; tail++) {
    assertEquals(await read(box, { tail }), tail === 0 ? [] : ALL.slice(-tail), `tail ${tail}`);
  }
});

Deno.test("readLogBatches() gives what was written since and until", async () => {
  using box = makeTurns();
  assertEquals(await read(box, { sinceMs: T0 + 200 }), ALL.slice(1));
  assertEquals(await read(box, { sinceMs: T0 + 201 }), ALL.slice(3));
  assertEquals(await read(box, { sinceMs: T0 + 501 }), []);
  assertEquals(await read(box, { untilMs: T0 + 399 }), ALL.slice(0, 5));
  assertEquals(await read(box, { untilMs: T0 }), []);
  assertEquals(await read(box, { sinceMs: T0 + 200, untilMs: T0 + 400 }), ALL.slice(1, 6));
  assertEquals(await read(box, { sinceMs: T0 + 200, untilMs: T0 + 400, tail: 2 }), ALL.slice(4, 6));
});

Deno.test("readLogBatches() never gives half a line to a time", async () => {
  using box = new LogBox();
  box.append("stdout", "one\ntwo\nthree\n");
  box.writeTicks([T0, 6, 0], [T0 + 100, 14, 0]);
  assertEquals(await read(box, { sinceMs: T0 + 50 }), ["stdout: three"]);
  assertEquals(await read(box, { untilMs: T0 + 50 }), ["stdout: one", "stdout: two"]);
});

Deno.test("readLogBatches() does without ticks, streams, newlines", async () => {
  using box = new LogBox();
  assertEquals(await read(box), []);
  assertEquals(await read(box, { tail: 5 }), []);
  box.append("stdout", "one\r\ntwo");
  assertEquals(await read(box), ["stdout: one", "stdout: two"]);
  assertEquals(await read(box, { tail: 1 }), ["stdout: two"]);
});

Deno.test("readLogBatches() gives a long line in pieces that can be put together", async () => {
  using box = new LogBox();
  const line = "é".repeat(100_000);
  box.append("stdout", `${line}\nnext\n`);
  let text = "";
  const starts: boolean[] = [];
  for await (const item of readLogLines(box.paths, { clock: new FakeClock() })) {
    assert("bytes" in item && item.bytes.length <= 65_536);
    text += new TextDecoder("utf-8", { fatal: true }).decode(item.bytes);
    starts.push(item.startsLine);
  }
  assert(text === `${line}\nnext\n`);
  assertEquals(starts, [true, false, false, false, true]);
  assertEquals(await read(box, { tail: 1 }), ["stdout: next"]);
});

Deno.test("readLogBatches() begins with a whole line after a cut", async () => {
  using box = new LogBox();
  box.append("stdout", Array.from({ length: 60_000 }, (_, i) => `line ${i}\n`).join(""));
  const { stdout: path, stdoutBase: basePath } = box.paths;
  assertEquals(keepWithin({ path, basePath }, 1, { cut: collapseFront }).outcome, "cut");
  const lines = await read(box);
  const first = Number(/^stdout: line (\d+)$/.exec(lines[0]!)![1]);
  assertEquals(lines.length, 60_000 - first);
});

/** Follows, and hands out one item at a time. */
function follow(box: LogBox, query: Partial<LogQuery> = {}) {
  const stop = new AbortController();
  const end = Promise.withResolvers<void>();
  const items = readLogLines(box.paths, {
    clock: new FakeClock(T0),
    follow: { signal: stop.signal, ended: end.promise },
    ...query,
  });
  const next = async () => {
    const { done, value } = await items.next();
    return done ? "end" : toText(value);
  };
  return { items, next, stop, end };
}

Deno.test("readLogBatches() goes on with what both streams write, line by line", async () => {
  using box = makeTurns();
  const { next, end } = follow(box, { tail: 1 });
  assertEquals(await next(), "stdout: o4");
  const coming = next();
  box.append("stderr", "live");
  box.append("stderr", " line\n");
  assertEquals(await coming, "stderr: live line");
  const other = next();
  box.append("stdout", "half");
  box.append("stderr", "whole\n");
  assertEquals(await other, "stderr: whole");
  end.resolve();
  assertEquals([await next(), await next()], ["stdout: half", "end"]);
});

Deno.test("readLogBatches() waits with a line that had no end yet when it began", async () => {
  using box = new LogBox();
  box.append("stdout", "one\ntw");
  const { next, end } = follow(box);
  assertEquals(await next(), "stdout: one");
  const coming = next();
  box.append("stdout", "o\nthree");
  assertEquals(await coming, "stdout: two");
  end.resolve();
  assertEquals([await next(), await next()], ["stdout: three", "end"]);
});

Deno.test("readLogBatches() waits for files that are not there yet", async () => {
  using box = new LogBox();
  const { next, end } = follow(box);
  const coming = next();
  box.append("stderr", "first words\n");
  assertEquals(await coming, "stderr: first words");
  end.resolve();
  assertEquals(await next(), "end");
});

Deno.test("readLogBatches() ends when it is aborted, and when nobody asks on", async () => {
  using box = makeTurns();
  const aborted = follow(box, { tail: 0 });
  const coming = aborted.next();
  aborted.stop.abort();
  assertEquals(await coming, "end");
  const left = follow(box);
  assertEquals(await left.next(), "stdout: o1");
  await left.items.return();
});

Deno.test("readLogBatches() says that a file was emptied", async () => {
  using box = new LogBox();
  box.append("stdout", "one\nhalf");
  const { next, end } = follow(box);
  assertEquals(await next(), "stdout: one");
  const coming = next();
  Deno.truncateSync(box.paths.stdout, 0);
  assertEquals([await coming, await next()], ["stdout: half", "<truncated>"]);
  box.append("stdout", "new\n");
  assertEquals(await next(), "stdout: new");
  end.resolve();
  assertEquals(await next(), "end");
});

Deno.test("B4 readLogBatches() gives out what there is of a line after a pause, dated when it began", async () => {
  using box = new LogBox();
  box.append("stdout", "old\nhalf a ");
  box.writeTicks([T0, 4, 0], [T0 + 100, 11, 0]);
  const clock = new FakeClock(T0 + 5_000);
  const { items, end } = follow(box, { clock });
  const next = () => nextLine(items);
  assertEquals(await next(), "0 line old");
  // What was there already has the time at which it was written.
  assertEquals(await afterPause(clock, next()), "100 pause half a ");
  let coming = next();
  box.append("stdout", "line\nContinue? ");
  assertEquals(await coming, `${clock.now() - T0} line line`);
  coming = next();
  box.append("stderr", "other\n");
  assertEquals(await coming, `${clock.now() - T0} line other`);
  const askedAtMs = clock.now() - T0;
  assertEquals(await afterPause(clock, next()), `${askedAtMs} pause Continue? `);
  coming = next();
  box.append("stdout", "yes\n");
  assertEquals(await coming, `${clock.now() - T0} line yes`);
  box.append("stdout", "no end");
  end.resolve();
  assertEquals(await next(), `${clock.now() - T0} line no end`);
  assertEquals([await next(), clock.pending], ["end", 0]);
});

async function nextLine(items: AsyncGenerator<LogItem, void, undefined>): Promise<string> {
  const { done, value } = await items.next();
  if (done || !("bytes" in value)) return "end";
  return `${value.timeMs - T0} ${value.end} ${lineText(value.bytes)}`;
}

/** Lets a pause pass as soon as somebody waits for it. */
async function afterPause(clock: FakeClock, coming: Promise<string>): Promise<string> {
  await eventually("somebody waits for a pause", () => clock.pending > 0);
  await clock.advance(PAUSE_MS - 1);
  assertEquals(clock.pending, 1);
  await clock.advance(1);
  return await coming;
}
