import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { CUT_BLOCK_BYTES, cutFront } from "../platform/cut_front.ts";
import { openLibc } from "../platform/libc.ts";
import { type BoundOptions, type BoundOutcome, keepWithin } from "./bound.ts";
import { CutRecordFile } from "./cut_record.ts";
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
type Cutter = (path: string, bytes: number) => "collapsed" | "punched" | "unsupported";
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

/** A step of somebody: the job, the cutter with what befalls it, the reader. */
type Step =
  | { append: number }
  | { cut: "collapse" | "punch" | "cannot" | "throws" | "killed before" | "killed after" }
  | { read: number };

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ append: fc.integer({ min: 0, max: 300 * KIB }) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        cut: fc.constantFrom(
          ...["collapse", "punch", "cannot", "throws", "killed before", "killed after"] as const,
        ),
      }),
    },
    { weight: 4, arbitrary: fc.record({ read: fc.integer({ min: 1, max: 200 * KIB }) }) },
  ) as fc.Arbitrary<Step>,
  { maxLength: 40 },
);

/** What the job has written at a logical offset; 251 has no factor in common with a block. */
const byteAt = (offset: number) => offset % 251 + (Math.floor(offset / 251) % 3);

/** A stream, somebody who cuts it, and a reader who looks whenever it is most inconvenient. */
class Model {
  readonly box = new LogBox();
  written = 0;
  #readTo = 0;
  readonly #reader: StreamReader;
  readonly #buffer = new Uint8Array(200 * KIB);

  constructor() {
    this.box.append("stdout", "");
    this.#reader = StreamReader.open(this.box.paths.stdout)!;
  }

  append(count: number): void {
    const bytes = Uint8Array.from({ length: count }, (_, index) => byteAt(this.written + index));
    this.box.append("stdout", bytes);
    this.written += count;
  }

  read(count: number): void {
    const chunk = this.#reader.read(this.#readTo, this.#buffer.subarray(0, count));
    assert(chunk.offset >= this.#readTo && chunk.offset + chunk.bytes.length <= this.written);
    if (chunk.bytes.length === 0) assertEquals(chunk.offset, this.written);
    chunk.bytes.forEach((byte, index) => {
      const offset = chunk.offset + index;
      if (byte !== byteAt(offset)) throw new Error(`wrong byte at ${offset}`);
    });
    this.#readTo = chunk.offset + chunk.bytes.length;
  }

  cut(how: Extract<Step, { cut: unknown }>["cut"]): void {
    let intent: Uint8Array<ArrayBuffer> | undefined;
    const { path, basePath } = { path: this.box.paths.stdout, basePath: this.box.paths.stdoutBase };
    const cut: Cutter = (target, bytes) => {
      if (target !== path) return how === "cannot" ? "unsupported" : "collapsed";
      intent = Deno.readFileSync(basePath);
      this.read(10 * KIB);
      this.append(1 * KIB);
      const result = this.#cutNow(how, target, bytes);
      this.read(10 * KIB);
      return result;
    };
    keepWithin({ path, basePath }, 256 * KIB, { cut });
    if (how.startsWith("killed") && intent) Deno.writeFileSync(basePath, intent);
  }

  #cutNow(how: Extract<Step, { cut: unknown }>["cut"], path: string, bytes: number) {
    if (how === "throws") throw new Error("EIO");
    if (how === "cannot") return "unsupported";
    if (how === "punch") return punchFront(path, bytes);
    return how === "killed before" ? "collapsed" : collapseFront(path, bytes);
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
    this.box[Symbol.dispose]();
  }
}

Deno.test("StreamReader reads only what was written there, whatever happens to cuts", () => {
  fc.assert(
    fc.property(steps, (steps) => {
      using model = new Model();
      for (const step of steps) {
        if ("append" in step) model.append(step.append);
        else if ("cut" in step) model.cut(step.cut);
        else model.read(step.read);
      }
      model.read(200 * KIB);
    }),
    { numRuns: 60 },
  );
});

Deno.test("CutRecordFile takes half a record for none", () => {
  using box = new LogBox();
  using records = new CutRecordFile(box.paths.stdoutBase);
  records.write({ generation: 1, base: 64, first: 70, pending: null });
  assertEquals(records.read().first, 70);
  assert(records.read() === records.read(), "what has not changed is not read again");
  Deno.truncateSync(box.paths.stdoutBase, 100);
  assertEquals(records.read().generation, 0);
  records.write({
    generation: 3,
    base: 64,
    first: 70,
    pending: { bytes: CUT_BLOCK_BYTES, sizeBytes: 2 ** 50, before: "a", after: "b" },
  });
  assertEquals(records.read().pending, {
    bytes: CUT_BLOCK_BYTES,
    sizeBytes: 2 ** 50,
    before: "a",
    after: "b",
  });
});
