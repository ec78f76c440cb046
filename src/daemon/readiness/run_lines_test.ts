import { assert, assertEquals } from "@std/assert";
import { keepWithin } from "../../logs/bound.ts";
import { basePathOf } from "../../logs/log_paths.ts";
import { openLibc } from "../../platform/libc.ts";
import { RunLines } from "./run_lines.ts";

// Stays open for good, which is a leak only when a test opens it.
openLibc();

/** A stream of a run, and whatever reads its lines. */
function openStream() {
  const dir = Deno.makeTempDirSync();
  const path = `${dir}/1.stdout.log`;
  const lines = new RunLines([path, `${dir}/1.stderr.log`], () => Promise.resolve());
  return {
    path,
    write: (text: string) => Deno.writeTextFileSync(path, text, { append: true }),
    rest: async () => {
      const all: string[] = [];
      for (let next = await lines.next(); next.length > 0; next = await lines.next()) {
        all.push(...next);
      }
      return all;
    },
    [Symbol.dispose]() {
      lines[Symbol.dispose]();
      Deno.removeSync(dir, { recursive: true });
    },
  };
}

Deno.test("RunLines gives each line once, and one without an end whenever it has grown", async () => {
  using stream = openStream();
  assertEquals(await stream.rest(), [], "there is no file yet");
  stream.write("one\r\n\x1b[32mtwo\x1b[0m\nthr");
  assertEquals(await stream.rest(), ["one", "two", "thr"]);
  assertEquals(await stream.rest(), []);
  stream.write("ee");
  assertEquals(await stream.rest(), ["three"]);
  stream.write("\nfour\n");
  assertEquals(await stream.rest(), ["three", "four"]);
});

Deno.test("RunLines gives the beginning of a line that is too long, and what comes behind it", async () => {
  using stream = openStream();
  stream.write("x".repeat(300_000));
  const pieces = await stream.rest();
  assertEquals(pieces.map(({ length }) => length), [8_192]);
  stream.write("x\nbehind\n");
  assertEquals((await stream.rest()).map((line) => line.slice(0, 9)), ["xxxxxxxxx", "behind"]);
});

Deno.test("RunLines begins anew in a file that was emptied", async () => {
  using stream = openStream();
  stream.write("before\nhalf");
  assertEquals(await stream.rest(), ["before", "half"]);
  Deno.truncateSync(stream.path);
  stream.write("new\n");
  assertEquals(await stream.rest(), ["new"]);
});

Deno.test("RunLines goes on with a whole line where the front was cut off before it was read", async () => {
  using stream = openStream();
  const numbered = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => `line ${from + at} ${"x".repeat(50)}`);
  stream.write("first\nhalf of a li");
  assertEquals(await stream.rest(), ["first", "half of a li"]);
  const written = numbered(0, 20_000);
  stream.write(`ne\n${written.join("\n")}\n`);
  const cut = keepWithin({ path: stream.path, basePath: basePathOf(stream.path) }, 256 * 1_024);
  if (cut.outcome === "unsupported") return;
  assertEquals(cut.outcome, "cut");
  const lines = await stream.rest();
  const first = written.indexOf(lines[0]!);
  assert(first > 0, lines[0]);
  const whole = new Set(written);
  assertEquals(lines.filter((line) => whole.has(line)), written.slice(first));
});
