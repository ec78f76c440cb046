import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { describeDrop, DropsReader, joinDrops, parseDrops, readDrops, sumDrops } from "./drops.ts";
import { LogBox } from "./testdata/log_box.ts";

const TIME = 1_795_867_200;

function full(seconds: number, bytes: number | null) {
  return { timeMs: (TIME + seconds) * 1_000, bytes, reason: "full" as const };
}

Deno.test("parseDrops() takes whole lines that make sense, and passes over all others", () => {
  assertEquals(parseDrops(`${TIME} 65536 full\n${TIME} ? keeper\n`), [
    full(0, 65_536),
    { timeMs: TIME * 1_000, bytes: null, reason: "keeper" },
  ]);
  for (
    const line of [
      `${TIME} 65536 ful`,
      `${TIME} 65536 full`,
      "full\n",
      `${TIME} 0 full\n`,
      `${TIME} -5 full\n`,
      `${TIME} 1e9 full\n`,
      `${TIME} ${"9".repeat(400)} full\n`,
      `${"9".repeat(13)} 1 full\n`,
      `${TIME} 1 gremlins\n`,
      `${TIME}  1 full\n`,
      "\0\0\0\n\n",
    ]
  ) assertEquals(parseDrops(line), [], JSON.stringify(line));
  assertEquals(parseDrops(`\n${TIME} 1 full\ngarbage\n${TIME} 2 full\n${TIME} 3`).length, 2);
});

Deno.test("parseDrops() survives anything", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    for (const { timeMs } of parseDrops(text)) new Date(timeMs).toISOString();
  }));
});

Deno.test("joinDrops() adds up what belongs together", () => {
  const drops = [full(0, 10), full(30, 20), full(80, 5), full(141, 7)];
  assertEquals(joinDrops(drops), [full(0, 35), full(141, 7)]);
  assertEquals(joinDrops([full(0, 10), full(1, null), full(2, 3)]), [full(0, null)]);
  const killed = { ...full(1, 4), reason: "keeper" as const };
  assertEquals(joinDrops([full(0, 10), killed, full(2, 3)]), [full(0, 10), killed, full(2, 3)]);
  assertEquals(sumDrops([full(0, 10), killed, full(200, 3)]), [full(0, 13), killed]);
});

Deno.test("describeDrop() says how much of what, and why", () => {
  assertEquals(
    describeDrop(full(0, 196_608), "stdout"),
    "196608 bytes of stdout were dropped: no room on the disk",
  );
  assertEquals(
    describeDrop({ ...full(0, 1), reason: "keeper" }, "stderr"),
    "1 byte of stderr was dropped: what kept the output was killed",
  );
  assertEquals(
    describeDrop(full(0, null), "stdout"),
    "some bytes of stdout were dropped (how many is not known): no room on the disk",
  );
});

Deno.test("DropsReader reads on, and tells half a line when it is whole", () => {
  using box = new LogBox();
  using reader = new DropsReader(box.paths.stdout);
  const path = `${box.dir}/V3x/1.stdout.drops`;
  const append = (text: string) => Deno.writeTextFileSync(path, text, { append: true });
  assertEquals(reader.readNew(), []);
  append(`${TIME} 10 full\n${TIME} 2`);
  assertEquals([reader.readNew(), reader.readNew()], [[full(0, 10)], []]);
  append(`0 full\n`);
  assertEquals(reader.readNew(), [full(0, 20)]);
  Deno.writeTextFileSync(`${path}.300`, "");
  assertEquals(reader.readNew(), []);
  assertEquals(reader.readLast().map(({ bytes, reason }) => [bytes, reason]), [[300, "full"]]);
  assertEquals(reader.readLast(), []);
});

Deno.test("readDrops() survives what is no file, garbage in names, and a huge file", () => {
  using box = new LogBox();
  const path = `${box.dir}/V3x/1.stdout.drops`;
  for (const name of ["x", "1.5", "", "-3", "0"]) Deno.writeTextFileSync(`${path}.${name}`, "");
  assertEquals(readDrops(box.paths.stdout, true), []);
  Deno.writeTextFileSync(`${path}.?`, "");
  assertEquals(readDrops(box.paths.stdout, true).map(({ bytes }) => bytes), [null]);
  assertEquals(readDrops(box.paths.stdout, false), []);
  Deno.mkdirSync(path);
  assertEquals(readDrops(box.paths.stdout, false), []);
  Deno.removeSync(path);
  Deno.symlinkSync("/etc/passwd", path);
  assertEquals(readDrops(box.paths.stdout, false), []);
  Deno.removeSync(path);
  Deno.writeFileSync(path, new Uint8Array(3 * 1024 * 1024).fill(0x61));
  assertEquals(readDrops(box.paths.stdout, false), []);
  Deno.writeTextFileSync(path, `${"x".repeat(100_000)}\n${TIME} 5 full\n`);
  assertEquals(readDrops(box.paths.stdout, false), [full(0, 5)]);
  Deno.writeTextFileSync(path, `${TIME} 5 full\n`.repeat(200_000));
  const [all] = readDrops(box.paths.stdout, false);
  assertEquals([all!.timeMs, all!.bytes! % 5], [TIME * 1_000, 0]);
});
