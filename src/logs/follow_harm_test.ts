/** A follower against a model of what must come out, whatever others do to the file between two of its looks. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { keepWithin } from "./bound.ts";
import { CutRecordFile } from "./cut_record.ts";
import { type FollowItem, followStream } from "./follow.ts";
import { collapseFront, LogBox, punchFront } from "./testdata/log_box.ts";

/** More by hand: `IMP_FOLLOW_ROUNDS=3000 IMP_FOLLOW_SEED=1 deno test -A src/logs/follow_harm_test.ts`. */
const ROUNDS = Number(Deno.env.get("IMP_FOLLOW_ROUNDS") ?? 100);
const SEED = Number(Deno.env.get("IMP_FOLLOW_SEED") ?? 20_261_129);

const KIB = 1024;
/** A part of the file that is kept is known by so many bytes. */
const LEAST_KEPT = 512;
/** Further back it is not known which part was kept. */
const MOST_TAKEN = 8 * KIB;

type Step =
  | { append: number }
  | { shorten: number }
  | { do: "look" | "empty" | "rename" | "remove" | "replace" | "put back" | "collapse" | "punch" };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ append: fc.integer({ min: 0, max: 40 }) }) },
    { weight: 1, arbitrary: fc.record({ append: fc.integer({ min: 0, max: 6_000 }) }) },
    { weight: 1, arbitrary: fc.record({ shorten: fc.integer({ min: 1, max: MOST_TAKEN }) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom(
          ...["look", "look", "empty", "rename", "remove", "replace"] as const,
          ...["put back", "collapse", "punch"] as const,
        ),
      }),
    },
  ) as fc.Arbitrary<Step>,
  { minLength: 5, maxLength: 40 },
);

/** Lines of which no two are alike, whatever was written before. */
class UniqueLines {
  #count = 0;

  next(lines: number): string {
    return Array.from({ length: lines }, () => {
      const number = this.#count++;
      const noise = (Math.imul(number + 1, 2654435761) >>> 0).toString(36);
      return `#${number} ${noise.repeat(number % 12)}|\n`;
    }).join("");
  }
}

/** A run's stdout, which a keeper holds open, and a follower that looks when it is told to. */
class Harm implements AsyncDisposable {
  readonly #box = new LogBox();
  readonly #path = this.#box.paths.stdout;
  readonly #lines = new UniqueLines();
  readonly #keeper = Deno.openSync(this.#path, { append: true, create: true });
  readonly #holder = Deno.openSync(this.#path, { read: true, write: true });
  readonly #end = Promise.withResolvers<void>();
  readonly #following: Promise<void>;
  /** Another name of the job's file. */
  readonly #name = `${this.#box.dir}/name`;
  readonly #strange = `${this.#box.dir}/strange`;
  #notify: () => void = () => {};
  #idle = Promise.withResolvers<void>();
  #text = "";
  /** Off the end since the last look. */
  #taken = 0;

  constructor() {
    Deno.linkSync(this.#path, this.#name);
    const items = followStream(this.#path, {
      signal: new AbortController().signal,
      ended: this.#end.promise,
      watch: (_, onChange) => {
        this.#notify = onChange;
        return { arm: () => this.#idle.resolve(), poll() {}, [Symbol.dispose]() {} };
      },
    });
    this.#following = this.#collect(items);
  }

  async run(all: readonly Step[]): Promise<void> {
    await this.#idle.promise;
    for (const step of all) {
      if ("append" in step) this.#append(step.append);
      else if ("shorten" in step) this.#shorten(step.shorten);
      else if (step.do === "look") await this.#look();
      else this.#harm(step.do);
    }
    this.#append(1);
    this.#end.resolve();
    await this.#following;
    this.#check();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.resolve();
    await this.#following.catch(() => {});
    this.#keeper.close();
    this.#holder.close();
    this.#box[Symbol.dispose]();
  }

  async #collect(items: AsyncIterable<FollowItem>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const item of items) {
      if ("bytes" in item) this.#text += decoder.decode(item.bytes, { stream: true });
      else if ("gap" in item || "truncated" in item) this.#text += "\n";
    }
  }

  async #look(): Promise<void> {
    this.#taken = 0;
    this.#idle = Promise.withResolvers();
    this.#notify();
    await this.#idle.promise;
    this.#check();
  }

  #append(lines: number): void {
    const text = this.#lines.next(lines);
    if (text !== "") this.#keeper.writeSync(new TextEncoder().encode(text));
  }

  get #size(): number {
    return this.#holder.statSync().size;
  }

  #shorten(by: number): void {
    const { base, first } = this.#record();
    const size = this.#size - by;
    if (size < first - base + LEAST_KEPT + 64 * KIB && first > 0) return;
    if (size < LEAST_KEPT || this.#taken + by > MOST_TAKEN) return;
    this.#taken += by;
    this.#holder.truncateSync(size);
  }

  #harm(what: string): void {
    const isThere = this.#isInPlace();
    if (what === "empty") this.#holder.truncateSync(0);
    else if (what === "rename" && isThere) Deno.renameSync(this.#path, `${this.#box.dir}/away`);
    else if (what === "remove" && isThere) Deno.removeSync(this.#path);
    else if (what === "replace") {
      Deno.writeTextFileSync(this.#strange, "not of the job\n".repeat(100));
      Deno.renameSync(this.#strange, this.#path);
    } else if (what === "put back") {
      Deno.linkSync(this.#name, this.#strange);
      Deno.renameSync(this.#strange, this.#path);
      // Between two names of one file a rename does nothing.
      if (isThere) Deno.removeSync(this.#strange);
    } else if (isThere && (what === "collapse" || what === "punch")) this.#cut(what);
  }

  #cut(how: "collapse" | "punch"): void {
    const cut = how === "collapse" ? collapseFront : punchFront;
    keepWithin({ path: this.#path, basePath: this.#box.paths.stdoutBase }, 1, { cut });
  }

  #isInPlace(): boolean {
    try {
      return Deno.lstatSync(this.#path).ino === this.#holder.statSync().ino;
    } catch {
      return false;
    }
  }

  #record() {
    using records = new CutRecordFile(this.#box.paths.stdoutBase);
    return records.read();
  }

  /** Every line that is there has come, and none twice. */
  #check(): void {
    const { base, first } = this.#record();
    const whole = Deno.readFileSync(this.#name);
    const start = whole.length < first - base ? 0 : first - base;
    const isLine = (line: string) => /^#\d+ \w*\|$/.test(line);
    const there = new TextDecoder().decode(whole.subarray(start)).split("\n").filter(isLine);
    const came = this.#text.split("\n").filter(isLine);
    const known = new Set(came);
    for (const line of there) assert(known.has(line), `missing: ${line.slice(0, 20)}`);
    assertEquals(came.length, known.size, "something came twice");
    const numbers = came.map((line) => parseInt(line.slice(1)));
    assertEquals(numbers, numbers.toSorted((a, b) => a - b));
    assert(!this.#text.includes("not of the job"));
  }
}

Deno.test("a follower misses nothing and repeats nothing, whatever others do to the file", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      await using harm = new Harm();
      await harm.run(all);
    }),
    { seed: SEED, numRuns: ROUNDS },
  );
});
