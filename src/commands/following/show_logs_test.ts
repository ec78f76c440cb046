import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { createFakeContext, fakeJob } from "../../../tests/support/fake_context.ts";
import { keepWithin } from "../../logs/bound.ts";
import { formatCursor, type LogCursor, parseCursor } from "../../logs/log_cursor.ts";
import { endOf, type LogItem } from "../../logs/log_item.ts";
import { type RunLogPaths, runLogPaths, type StreamName } from "../../logs/log_paths.ts";
import { ReadPlaces } from "../../logs/read_places.ts";
import { removeRunLogs } from "../../logs/retention.ts";
import { keptRuns, readingSince } from "../../logs/stretches.ts";
import { StreamReader } from "../../logs/stream_reader.ts";
import { collapseFront, LogBox, punchFront } from "../../logs/testdata/log_box.ts";
import type { LineOrigin } from "../output/log_line_json.ts";
import type { LogWriter } from "../output/log_writer.ts";
import { showLogs } from "./show_logs.ts";

const KIB = 1024;
const STREAMS = ["stdout", "stderr"] as const;
const RUNS_KEPT = 3;
/** What a job writes: lines of 1,021 bytes, so that no two blocks begin the same; and many of them. */
const LINE = new TextEncoder().encode(`${"é".repeat(300)}${"x".repeat(420)}\n`);
const LINES = new Uint8Array(400 * LINE.length).map((_, at) => LINE[at % LINE.length]!);
const byteAt = (offset: number) => LINE[offset % LINE.length]!;

/** What befalls a job and its output between two looks. */
type Step =
  | { write: number; to: StreamName }
  | { cut: "collapse" | "punch" | "killed before" | "killed after"; of: StreamName }
  | { restart: true }
  /** A look that is broken off before so many batches were shown, or not. */
  | { look: number | undefined };

const stream = fc.constantFrom(...STREAMS);
const size = fc.oneof(
  { weight: 2, arbitrary: fc.nat(900) },
  { weight: 2, arbitrary: fc.integer({ min: 100 * KIB, max: 330 * KIB }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ write: size, to: stream }) },
  {
    weight: 3,
    arbitrary: fc.record({
      cut: fc.constantFrom("collapse", "punch", "killed before", "killed after"),
      of: stream,
    }),
  },
  { weight: 2, arbitrary: fc.constant({ restart: true } as const) },
  {
    weight: 3,
    arbitrary: fc.record({ look: fc.option(fc.nat(4), { nil: undefined }) }),
  },
);

/** A job whose output is written, cut and pruned, and somebody who looks at it with a cursor. */
class Model implements Disposable {
  readonly #box = new LogBox();
  readonly #ctx = createFakeContext();
  #run = 1;
  readonly #written = new Map<string, number>();
  /** Up to where each byte was shown once, or told to be gone. */
  readonly #seen = { stdout: { run: 1, offset: 0 }, stderr: { run: 1, offset: 0 } };
  #cursor = "";

  constructor() {
    Object.assign(this.#ctx.paths, { logsDir: this.#box.dir });
    this.#create();
  }

  async take(step: Step): Promise<void> {
    if ("write" in step) this.#write(step.to, step.write);
    else if ("cut" in step) this.#cut(step.of, step.cut);
    else if ("restart" in step) this.#restart();
    else await this.look(step.look);
  }

  /** Shows what is new; when it was not broken off, nothing may be left over. */
  async look(batches = Infinity): Promise<void> {
    const job = fakeJob({ id: "V3x", run: this.#run });
    const cursor = parseCursor(this.#cursor) ?? BEGINNING;
    const reading = readingSince({
      logsDir: this.#box.dir,
      places: cursor.jobs[0]!,
      lastRun: this.#run,
      streams: STREAMS,
    });
    const read = new ReadPlaces(cursor);
    const source = { job, run: this.#run, reading: { ...reading, isExact: true } };
    const writer = this.#writer(read, batches);
    const broken = new Error("broken off");
    const isWhole = await showLogs(this.#ctx, [source], { query: { read }, writer: writer(broken) })
      .then(() => true, (error) => {
        if (error !== broken) throw error;
        happened.broken++;
        return false;
      });
    this.#cursor = read.toString();
    if (isWhole) { for (const each of STREAMS) this.#expectAllSeen(each); }
  }

  [Symbol.dispose](): void {
    this.#box[Symbol.dispose]();
  }

  /** Takes what is shown as LogWriter does, and breaks off. */
  #writer(read: ReadPlaces, batches: number): (broken: Error) => LogWriter {
    let left = batches;
    return (broken) =>
      ({
        write: ({ job, run }: LineOrigin, items: readonly LogItem[]) => {
          if (left-- <= 0) return Promise.reject(broken);
          for (const item of items) {
            this.#see(run, item);
            read.move(job.id, item.stream, { run, offset: endOf(item)! });
          }
          return Promise.resolve();
        },
        tellLost: (_: LineOrigin, { last }: { last: number }) => {
          happened.lost++;
          assert(
            last < keptRuns(this.#box.dir, "V3x")[0]!,
            "runs are told to be gone that are there",
          );
          for (const each of STREAMS) {
            if (this.#seen[each].run <= last) this.#seen[each] = { run: last + 1, offset: 0 };
          }
          return Promise.resolve();
        },
      }) as unknown as LogWriter;
  }

  #see(run: number, item: LogItem): void {
    const { stream } = item;
    const seen = this.#seen[stream];
    if (run > seen.run) {
      this.#expectSeenTo(stream, run);
      Object.assign(seen, { run, offset: 0 });
    }
    const from = "bytes" in item ? item.offset : "from" in item ? item.from : NaN;
    assertEquals([stream, run, from], [stream, seen.run, seen.offset]);
    if ("bytes" in item) {
      const { bytes } = item;
      for (let at = 0; at < bytes.length; at += Math.max(1, bytes.length >> 5)) {
        assertEquals(bytes[at], byteAt(from + at), `${stream} of run ${run} at ${from + at}`);
      }
    } else {
      happened.gaps++;
      using reader = StreamReader.open(this.#paths(run)[stream])!;
      assert(endOf(item)! <= reader.range().first, "a gap is told of what is there");
    }
    seen.offset = endOf(item)!;
  }

  /** Of the runs before this one, nothing is left over. */
  #expectSeenTo(stream: StreamName, run: number): void {
    const seen = this.#seen[stream];
    for (let each = seen.run; each < run; each++) {
      const offset = each === seen.run ? seen.offset : 0;
      assertEquals([each, offset], [each, this.#writtenTo(each, stream)]);
    }
  }

  /** But for half a character whose other half has not come. */
  #expectAllSeen(stream: StreamName): void {
    const seen = this.#seen[stream];
    if (seen.run < this.#run) {
      this.#expectSeenTo(stream, this.#run);
      assertEquals(this.#writtenTo(this.#run, stream) < 2, true);
      return;
    }
    const rest = this.#writtenTo(this.#run, stream) - seen.offset;
    assert(rest === 0 || (rest === 1 && byteAt(seen.offset) === 0xc3), `${rest} bytes are left`);
  }

  #writtenTo(run: number, stream: StreamName): number {
    return this.#written.get(`${run} ${stream}`) ?? 0;
  }

  #paths(run: number): RunLogPaths {
    return runLogPaths(this.#box.dir, "V3x", run);
  }

  #create(): void {
    for (const each of STREAMS) Deno.writeFileSync(this.#paths(this.#run)[each], new Uint8Array());
  }

  #restart(): void {
    this.#run++;
    this.#create();
    removeRunLogs(this.#box.dir, "V3x", this.#run - RUNS_KEPT);
  }

  #write(stream: StreamName, count: number): void {
    const key = `${this.#run} ${stream}`;
    const from = this.#written.get(key) ?? 0;
    const skipped = from % LINE.length;
    const bytes = LINES.subarray(skipped, skipped + count);
    Deno.writeFileSync(this.#paths(this.#run)[stream], bytes, { append: true });
    this.#written.set(key, from + count);
  }

  /** A daemon that cuts, or is killed before or after it has cut and did not write down the result. */
  #cut(stream: StreamName, how: Extract<Step, { cut: unknown }>["cut"]): void {
    const paths = this.#paths(this.#run);
    const [path, basePath] = [paths[stream], paths[`${stream}Base`]];
    let intent: Uint8Array | undefined;
    keepWithin({ path, basePath }, 256 * KIB, {
      cut: (target, bytes) => {
        if (target !== path) return "collapsed";
        intent = Deno.readFileSync(basePath);
        if (how === "punch") return punchFront(target, bytes);
        return how === "killed before" ? "collapsed" : collapseFront(target, bytes);
      },
    });
    if (how.startsWith("killed") && intent) Deno.writeFileSync(basePath, intent);
  }
}

/** That it was tried at all. */
const happened = { gaps: 0, lost: 0, broken: 0 };
const PLACE = { run: 1, offset: 0 };
const BEGINNING: LogCursor = {
  isOfAll: false,
  jobs: [{ jobId: "V3x", stdout: PLACE, stderr: PLACE }],
};

Deno.test("19.2 a cursor shows each byte once or tells of a gap: 1,000 sequences of writing, cutting, restarting and looking", async () => {
  assertEquals(parseCursor(formatCursor(BEGINNING)), BEGINNING);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async (steps) => {
      using model = new Model();
      for (const each of steps) await model.take(each);
      await model.look();
    }),
    { numRuns: 1_000 },
  );
  assert(Object.values(happened).every((count) => count > 0), JSON.stringify(happened));
});
