import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { openFiles } from "../../tests/support/open_files.ts";
import { encodeCutRecord } from "./cut_record.ts";
import { LogBox } from "./testdata/log_box.ts";
import { thinTicks, TickRecorder, TimeIndex } from "./time_index.ts";

const T0 = Date.parse("2026-11-21T12:00:00Z");

/** The records in the file. */
function rows(box: LogBox): number[][] {
  const bytes = Deno.readFileSync(box.paths.ticks);
  const ticks = new Float64Array(bytes.buffer);
  return Array.from(
    { length: ticks.length / 3 },
    (_, row) => [...ticks.slice(row * 3, row * 3 + 3)],
  );
}

/** Writes to a stream and sets the time of its file. */
function write(box: LogBox, stream: "stdout" | "stderr", text: string, timeMs: number): void {
  box.append(stream, text);
  Deno.utimeSync(box.paths[stream], timeMs / 1000, timeMs / 1000);
}

Deno.test("TickRecorder notes sizes when they have changed, 10 times a second at most", () => {
  using box = new LogBox();
  using recorder = new TickRecorder(box.paths);
  assertEquals(recorder.sample(T0), { stdoutBytes: 0, stderrBytes: 0 });
  write(box, "stdout", "12345", T0 + 10);
  assertEquals(recorder.sample(T0 + 20), { stdoutBytes: 5, stderrBytes: 0 });
  recorder.sample(T0 + 200);
  write(box, "stderr", "123", T0 + 210);
  recorder.sample(T0 + 220);
  write(box, "stdout", "6", T0 + 250);
  assertEquals(recorder.sample(T0 + 260), { stdoutBytes: 6, stderrBytes: 3 });
  assertEquals(rows(box), [[T0 + 10, 5, 0], [T0 + 210, 5, 3]]);
  recorder.sample(T0 + 270, true);
  assertEquals(rows(box).at(-1), [T0 + 250, 6, 3]);
});

Deno.test("TickRecorder goes on after another daemon, and dates what was written between by its file", () => {
  using box = new LogBox();
  {
    using recorder = new TickRecorder(box.paths);
    write(box, "stdout", "12345", T0 + 10);
    recorder.sample(T0 + 20);
  }
  write(box, "stdout", "678", T0 + 5_000);
  using recorder = new TickRecorder(box.paths);
  recorder.sample(T0 + 60_000);
  assertEquals(rows(box), [[T0 + 10, 5, 0], [T0 + 5_000, 8, 0]]);
});

Deno.test("TickRecorder keeps times in order, whatever clocks do", () => {
  using box = new LogBox();
  using recorder = new TickRecorder(box.paths);
  write(box, "stdout", "1", T0);
  recorder.sample(T0);
  write(box, "stdout", "2", T0 + 3_600_000);
  recorder.sample(T0 + 500);
  write(box, "stdout", "3", T0 - 60_000);
  recorder.sample(T0 - 60_000);
  assertEquals(rows(box).map(([time]) => time! - T0), [0, 500, 500]);
});

Deno.test("TickRecorder counts what was cut off, and writes over half a record", () => {
  using box = new LogBox();
  box.writeTicks([T0, 5, 0]);
  Deno.writeFileSync(box.paths.ticks, new Uint8Array(10), { append: true });
  const record = { generation: 2, base: 65_536, first: 65_540, pending: null };
  Deno.writeFileSync(box.paths.stdoutBase, encodeCutRecord(record));
  write(box, "stdout", "12345", T0 + 1_000);
  using recorder = new TickRecorder(box.paths);
  assertEquals(recorder.sample(T0 + 1_000), { stdoutBytes: 65_541, stderrBytes: 0 });
  assertEquals(rows(box), [[T0, 5, 0], [T0 + 1_000, 65_541, 0]]);
});

Deno.test("TickRecorder says why it cannot note, and does so when it can", () => {
  using box = new LogBox();
  using recorder = new TickRecorder(box.paths);
  write(box, "stdout", "12345", T0);
  Deno.mkdirSync(box.paths.ticks);
  assert(recorder.sample(T0).problem !== undefined);
  Deno.removeSync(box.paths.ticks);
  assertEquals(recorder.sample(T0 + 1), { stdoutBytes: 5, stderrBytes: 0 });
  assertEquals(rows(box), [[T0, 5, 0]]);
});

Deno.test("TickRecorder notes in the file that is at its path, a second after it was changed at the latest", () => {
  using box = new LogBox();
  using recorder = new TickRecorder(box.paths);
  write(box, "stdout", "12345", T0);
  recorder.sample(T0);
  write(box, "stdout", "6", T0 + 500);
  recorder.sample(T0 + 500);
  assertEquals(rows(box), [[T0, 5, 0], [T0 + 500, 6, 0]]);
  Deno.removeSync(box.paths.ticks);
  write(box, "stdout", "7", T0 + 1_000);
  recorder.sample(T0 + 1_000);
  assertEquals(rows(box).at(-1), [T0 + 1_000, 7, 0]);
});

Deno.test("TickRecorder lets go of its file when nothing is printed any more", {
  ignore: Deno.build.os !== "linux",
}, () => {
  using box = new LogBox();
  using recorder = new TickRecorder(box.paths);
  write(box, "stdout", "12345", T0);
  recorder.sample(T0);
  assert(openFiles().includes(box.paths.ticks));
  recorder.sample(T0 + 1_200);
  assert(!openFiles().includes(box.paths.ticks));
});

Deno.test("thinTicks() drops what is cut off and every other old one", () => {
  const ticks = new Float64Array(Array.from({ length: 10 }, (_, i) => [i, i * 10, 0]).flat());
  const kept = thinTicks(ticks, { stdout: 10, stderr: 0 });
  assertEquals([...kept].filter((_, index) => index % 3 === 0), [3, 5, 6, 7, 8, 9]);
  const sparse = thinTicks(ticks, { stdout: 95, stderr: 0 });
  assertEquals(sparse.length, 0);
});

Deno.test("TickRecorder keeps its file small over weeks", () => {
  using box = new LogBox();
  const rows = Array.from(
    { length: 21_000 },
    (_, i) => [T0 + i * 100, i * 2, i] as [number, number, number],
  );
  box.writeTicks(...rows);
  box.append("stdout", "");
  Deno.truncateSync(box.paths.stdout, 42_000);
  using recorder = new TickRecorder(box.paths);
  recorder.sample(T0 + 21_000 * 100);
  assertEquals(Deno.statSync(box.paths.ticks).size, (21_000 * 3 / 4 + 1) * 24);
  const index = TimeIndex.read(box.paths.ticks);
  assertEquals(index.spanAt("stdout", 41_000)?.timeMs, T0 + 20_501 * 100);
});

Deno.test("TimeIndex dates bytes and finds times", () => {
  using box = new LogBox();
  box.writeTicks([T0, 10, 0], [T0 + 100, 10, 5], [T0 + 200, 30, 5]);
  const index = TimeIndex.read(box.paths.ticks);
  const times = [0, 9, 10, 29, 30].map((offset) => index.spanAt("stdout", offset)?.timeMs);
  assertEquals(times, [T0, T0, T0 + 200, T0 + 200, undefined]);
  assertEquals(index.spanAt("stderr", 2), { timeMs: T0 + 100, end: 5 });
  assertEquals([-1, 0, 1, 200, 201].map((ms) => index.offsetSince("stdout", T0 + ms)), [
    0,
    0,
    10,
    10,
    30,
  ]);
  assertEquals([-1, 0, 199, 200].map((ms) => index.offsetUntil("stdout", T0 + ms)), [
    0,
    10,
    10,
    30,
  ]);
  assertEquals([index.coveredTo("stderr"), index.lastTimeMs], [5, T0 + 200]);
});

Deno.test("TimeIndex does without a file, and with half a record", () => {
  using box = new LogBox();
  const empty = TimeIndex.read(box.paths.ticks);
  assertEquals([empty.spanAt("stdout", 0), empty.offsetSince("stdout", 5), empty.lastTimeMs], [
    undefined,
    0,
    undefined,
  ]);
  box.writeTicks([T0, 10, 0]);
  Deno.writeFileSync(box.paths.ticks, new Uint8Array(23), { append: true });
  assertEquals(TimeIndex.read(box.paths.ticks).coveredTo("stdout"), 10);
});

Deno.test("TimeIndex dates only what came after a file was emptied", () => {
  using box = new LogBox();
  box.writeTicks([T0, 1_000, 50], [T0 + 100, 2_000, 60], [T0 + 200, 10, 70]);
  const index = TimeIndex.read(box.paths.ticks);
  assertEquals([index.spanAt("stdout", 5)?.timeMs, index.spanAt("stdout", 500)], [T0, undefined]);
  assertEquals(index.spanAt("stderr", 55)?.timeMs, T0 + 100);
});

Deno.test("TimeIndex leaves out what a power cut left of records", () => {
  using box = new LogBox();
  box.writeTicks([T0, 10, 0], [0, 0, 0], [T0 + 100, 20, 0], [NaN, NaN, NaN]);
  const index = TimeIndex.read(box.paths.ticks);
  assertEquals([index.coveredTo("stdout"), index.lastTimeMs], [20, T0 + 100]);
});

Deno.test("TimeIndex agrees with looking at every record", () => {
  const row = fc.tuple(fc.nat(300), fc.nat(20), fc.nat(20));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), fc.nat(400), fc.nat(2_000), (steps, at, ms) => {
      using box = new LogBox();
      let last: [number, number, number] = [0, 0, 0];
      const rows = steps.map(([time, out, err]) =>
        last = [last[0] + time + 1, last[1] + out, last[2] + err]
      );
      box.writeTicks(...rows);
      const index = TimeIndex.read(box.paths.ticks);
      assertEquals(index.spanAt("stdout", at)?.timeMs, rows.find(([, size]) => size > at)?.[0]);
      assertEquals(index.offsetSince("stderr", ms), rows.findLast(([time]) => time < ms)?.[2] ?? 0);
      assertEquals(
        index.offsetUntil("stderr", ms),
        rows.findLast(([time]) => time <= ms)?.[2] ?? 0,
      );
    }),
  );
});
