import { assert, assertEquals } from "@std/assert";
import { cutFront, type CutResult } from "../platform/cut_front.ts";
import { openLibc } from "../platform/libc.ts";
import { type BoundOptions, type BoundOutcome, keepWithin } from "./bound.ts";
import { CutRecordFile, OwnCutRecord } from "./cut_record.ts";
import { StreamReader } from "./stream_reader.ts";
import { collapseFront, LogBox, punchFront } from "./testdata/log_box.ts";

// Stays open for good, which is a leak only when a test opens it.
openLibc();

const KIB = 1024;
const LIMIT = 512 * KIB;

/** Numbered lines, so that no two blocks are the same. */
function numbered(from: number, count: number): string {
  return Array.from({ length: count }, (_, index) => `${from + index} ${"x".repeat(40)}\n`).join(
    "",
  );
}

function bound(box: LogBox, options?: BoundOptions, limit: number = LIMIT): BoundOutcome {
  const { stdout: path, stdoutBase: basePath } = box.paths;
  return keepWithin({ path, basePath }, limit, options);
}

/** All that a reader that begins now gets, and where it begins. */
function readAll(box: LogBox): { first: number; text: string } {
  using reader = StreamReader.open(box.paths.stdout)!;
  const { first, end } = reader.range();
  const buffer = new Uint8Array(end - first);
  const chunk = reader.read(first, buffer);
  assertEquals(chunk.offset, first);
  return { first, text: new TextDecoder().decode(chunk.bytes) };
}

function used(box: LogBox): number {
  const { size, blocks } = Deno.statSync(box.paths.stdout);
  return Math.min(size, (blocks ?? 0) * 512);
}

Deno.test("keepWithin() leaves what is small enough, and what is not there", () => {
  using box = new LogBox();
  assertEquals(bound(box), { outcome: "within" });
  box.append("stdout", "x".repeat(LIMIT));
  assertEquals(bound(box), { outcome: "within" });
  assertEquals(Deno.statSync(box.paths.stdout).size, LIMIT);
});

Deno.test("keepWithin() opens nothing when what is known says that nothing is to be done", () => {
  using box = new LogBox();
  const { stdout: path, stdoutBase: basePath } = box.paths;
  const record = new OwnCutRecord(basePath);
  record.write({ generation: 4, base: 3 * LIMIT, first: 3 * LIMIT + 5, pending: null, inode: 7 });
  // What would be opened cannot be.
  Deno.mkdirSync(path);
  const outcomeOf = (sizeBytes: number, inode: number, options?: BoundOptions) =>
    keepWithin(
      { path, basePath, known: { file: { sizeBytes, modifiedAtMs: 0, inode }, record } },
      LIMIT,
      options,
    ).outcome;
  assertEquals(outcomeOf(LIMIT, 7), "within");
  assertEquals(outcomeOf(LIMIT, 7, { mayHaveHole: true }), "within");
  assertEquals([outcomeOf(LIMIT + 6, 7), outcomeOf(4, 7), outcomeOf(LIMIT, 8)], [
    "failed",
    "failed",
    "failed",
  ]);
  record.write({ ...record.read(), first: 3 * LIMIT + 65_536 });
  assertEquals(outcomeOf(LIMIT, 7, { mayHaveHole: true, isBusy: true }), "within");
  assertEquals(outcomeOf(LIMIT, 7, { mayHaveHole: true }), "failed");
});

for (const [name, cut] of Object.entries({ collapseFront, punchFront, cutFront })) {
  Deno.test(`keepWithin() keeps the last lines, whole, when cutting by ${name}()`, () => {
    using box = new LogBox();
    let written = "";
    for (let round = 0; round < 20; round++) {
      const more = numbered(round * 4_000, 4_000);
      written += more;
      box.append("stdout", more);
      const outcome = bound(box, { cut });
      if (outcome.outcome === "unsupported") return;
      const { first, text } = readAll(box);
      assert(written.slice(first) === text, `round ${round}`);
      assert(first === 0 || written[first - 1] === "\n");
      assert(text.length <= LIMIT && (round < 3 || text.length > LIMIT / 2));
      if (cut === cutFront) assert(used(box) <= LIMIT + 128 * KIB);
    }
  });
}

Deno.test("keepWithin() makes a hole while the job is busy, which collapses when it is not", () => {
  using box = new LogBox();
  let written = "";
  for (let round = 0; round < 5; round++) {
    const more = numbered(round * 20_000, 20_000);
    written += more;
    box.append("stdout", more);
    const { outcome, hasHole } = bound(box, { isBusy: true });
    if (outcome === "unsupported") return;
    assertEquals([outcome, hasHole], ["cut", true]);
    assertEquals(Deno.statSync(box.paths.stdout).size, written.length, "nothing has moved");
  }
  const before = readAll(box);
  assert(written.slice(before.first) === before.text);
  assertEquals(bound(box, { isBusy: true, mayHaveHole: true }).outcome, "within");
  assertEquals(bound(box, { mayHaveHole: true }), { outcome: "cut" });
  assertEquals(readAll(box), before);
  assert(used(box) <= LIMIT + 128 * KIB);
  // Where the file system can only punch, there is nothing more to be done, and it is not tried again.
  assert(["within", "cut"].includes(bound(box, { mayHaveHole: true }).outcome));
});

Deno.test("keepWithin() cuts nothing that a follower has not read, until that is too much", () => {
  using box = new LogBox();
  const options = { cut: collapseFront, holdOffset: 150 * KIB, holdMaxBytes: 1024 * KIB };
  box.append("stdout", numbered(0, 15_000));
  assertEquals(bound(box, options), { outcome: "cut" });
  assert(readAll(box).first <= 150 * KIB);
  assertEquals(bound(box, options), { outcome: "held" });
  box.append("stdout", numbered(15_000, 10_000));
  assertEquals(bound(box, options), { outcome: "cut" });
  const { first, text } = readAll(box);
  assert(first > 150 * KIB && text.length > LIMIT, "no more is cut than has to be");
  assertEquals(bound(box, { cut: collapseFront }), { outcome: "cut" });
  assert(readAll(box).text.length <= LIMIT);
});

Deno.test("keepWithin() leaves no trace where the front cannot be cut", () => {
  using box = new LogBox();
  const text = numbered(0, 20_000);
  box.append("stdout", text);
  const outcome = bound(box, { cut: () => "unsupported" });
  assertEquals(outcome, { outcome: "unsupported" });
  assertEquals(readAll(box), { first: 0, text });
  assertEquals(Array.from(Deno.readDirSync(`${box.dir}/V3x`), ({ name }) => name), [
    "1.stdout.log",
  ]);
});

Deno.test("keepWithin() says why it failed, and nothing is lost", () => {
  using box = new LogBox();
  const text = numbered(0, 20_000);
  box.append("stdout", text);
  const refuse: Cutter = (path) => {
    if (path.endsWith(".trial")) return "collapsed";
    throw new Error("EIO");
  };
  assertEquals(bound(box, { cut: refuse }), { outcome: "failed", reason: "EIO" });
  assertEquals(readAll(box), { first: 0, text });
  Deno.removeSync(box.paths.stdoutBase);
  Deno.mkdirSync(box.paths.stdoutBase);
  assertEquals(bound(box, { cut: collapseFront }).outcome, "failed");
});

Deno.test("keepWithin() begins anew with a file that somebody emptied", () => {
  for (const cut of [collapseFront, punchFront]) {
    using box = new LogBox();
    box.append("stdout", numbered(0, 20_000));
    assertEquals(bound(box, { cut }).outcome, "cut");
    Deno.truncateSync(box.paths.stdout, 0);
    box.append("stdout", "new\n");
    assertEquals(readAll(box).text, "new\n", "readers need not wait for the daemon");
    assertEquals(bound(box, { cut }).outcome, "within");
    box.append("stdout", "newer\n");
    assertEquals(readAll(box).text, "new\nnewer\n");
  }
});

/** What a daemon can be doing when it is killed, and how. */
type Cutter = (path: string, bytes: number) => CutResult;
const DEATHS: Record<string, Cutter> = {
  "before a collapse": () => "collapsed",
  "after a collapse": collapseFront,
  "before a punch": () => "punched",
  "after a punch": punchFront,
};

for (const [when, cutOrNot] of Object.entries(DEATHS)) {
  Deno.test(`a stream is right when the daemon is killed ${when}, and the next goes on`, () => {
    for (const line of [numbered, (_: number, count: number) => "y\n".repeat(count * 20)]) {
      using box = new LogBox();
      const before = line(0, 20_000);
      box.append("stdout", before);
      let intent: Uint8Array<ArrayBuffer> | undefined;
      bound(box, {
        cut: (path, bytes) => {
          if (!path.endsWith(".trial")) intent = Deno.readFileSync(box.paths.stdoutBase);
          return cutOrNot(path, bytes);
        },
      });
      // The result was never written.
      Deno.writeFileSync(box.paths.stdoutBase, intent!);
      const after = line(20_000, 100);
      box.append("stdout", after);
      const { first, text } = readAll(box);
      assert(first > 0 && (before + after).slice(first) === text);
      assertEquals(bound(box, { cut: collapseFront }).outcome, "within");
      using records = new CutRecordFile(box.paths.stdoutBase);
      assertEquals(records.read().pending, null);
      assertEquals(readAll(box).text, text);
    }
  });
}
