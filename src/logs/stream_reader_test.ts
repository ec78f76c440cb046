import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { CutResult } from "../platform/cut_front.ts";
import { keepWithin } from "./bound.ts";
import { StreamReader } from "./stream_reader.ts";
import { collapseFront, LogBox, punchFront } from "./testdata/log_box.ts";

const KIB = 1024;

type Cutter = (path: string, bytes: number) => CutResult;

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

Deno.test("StreamReader knows nothing of a file that is not there, and of one that was removed", () => {
  using box = new LogBox();
  assertEquals(StreamReader.open(box.paths.stdout), undefined);
  box.append("stdout", "one");
  using reader = StreamReader.open(box.paths.stdout)!;
  assertEquals([reader.range(), reader.place()], [{ first: 0, end: 3 }, "in place"]);
  Deno.removeSync(box.paths.stdout);
  assertEquals([reader.range(), reader.place()], [{ first: 0, end: 3 }, "removed"]);
});
