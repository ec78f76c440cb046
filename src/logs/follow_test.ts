import { assert, assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { watchFile } from "../platform/file_watch.ts";
import { keepWithin } from "./bound.ts";
import type { FollowItem } from "./follow.ts";
import type { WriterTask } from "./testdata/cutting_writer.ts";
import { follow } from "./testdata/follower.ts";
import { collapseFront, LogBox } from "./testdata/log_box.ts";

Deno.test("followStream() gives what is there, what is written, and ends after the last byte", async () => {
  using box = new LogBox();
  box.append("stdout", "one\n");
  const { next, end } = follow(box);
  assertEquals(await next(), "one\n");
  const coming = next();
  box.append("stdout", "two");
  assertEquals(await coming, "two");
  const last = next();
  box.append("stdout", " three");
  end.resolve();
  assertEquals([await last, await next()], [" three", "end"]);
});

Deno.test("followStream() waits for a file, and for its directory, until the run has ended", async () => {
  using box = new LogBox();
  const { next, end } = follow(box);
  const coming = next();
  box.append("stdout", "at last\n");
  assertEquals(await coming, "at last\n");
  end.resolve();
  assertEquals(await next(), "end");

  using empty = new LogBox();
  const never = follow(empty);
  never.end.resolve();
  assertEquals(await never.next(), "end");

  Deno.removeSync(`${box.dir}/V3x`, { recursive: true });
  const clock = new FakeClock();
  const later = follow(box, { watch: (path, onChange) => watchFile(path, onChange, { clock }) });
  const first = later.next();
  await clock.advance(1_000);
  Deno.mkdirSync(`${box.dir}/V3x`);
  box.append("stdout", "here\n");
  await clock.advance(250);
  assertEquals(await first, "here\n");
  later.end.resolve();
  assertEquals(await later.next(), "end");
});

Deno.test("followStream() begins where it is told", async () => {
  using box = new LogBox();
  box.append("stdout", "0123456789");
  const { next, end } = follow(box, { fromOffset: 7 });
  end.resolve();
  assertEquals([await next(), await next()], ["789", "end"]);
});

Deno.test("followStream() ends without an error when it is aborted", async () => {
  using box = new LogBox();
  for (const isThere of [false, true]) {
    if (isThere) box.append("stdout", "one\n");
    const { next, stop } = follow(box, { fromOffset: isThere ? 4 : 0 });
    const coming = next();
    stop.abort();
    assertEquals(await coming, "end");
  }
  const { next, stop } = follow(box);
  stop.abort();
  assertEquals(await next(), "end");
});

Deno.test("followStream() says what ended it, after the last byte", async () => {
  using box = new LogBox();
  box.append("stdout", "one\n");
  const { next, end } = follow(box);
  end.reject(new Error("the daemon is gone"));
  assertEquals(await next(), "one\n");
  await assertRejects(() => next(), Error, "the daemon is gone");
});

Deno.test("followStream() says what was cut off before it came", async () => {
  using box = new LogBox();
  const text = Array.from({ length: 60_000 }, (_, index) => `line ${index}\n`).join("");
  const [path, basePath] = [box.paths.stdout, box.paths.stdoutBase];
  box.append("stdout", text);
  const { items, end } = follow(box);
  end.resolve();
  const { value: first } = await items.next();
  assert(first && "bytes" in first && first.bytes.length === 65_536);
  assertEquals(keepWithin({ path, basePath }, 1, { cut: collapseFront }).outcome, "cut");
  const { value: gap } = await items.next();
  assert(gap && "gap" in gap);
  assertEquals(gap.gap.from, 65_536);
  let rest = "";
  for await (const item of items) {
    if ("bytes" in item) rest += new TextDecoder().decode(item.bytes);
  }
  assert(rest === text.slice(gap.gap.to));
});

Deno.test("followStream() refuses what is not a file", async () => {
  using box = new LogBox();
  Deno.symlinkSync("/etc/passwd", box.paths.stdout);
  await assertRejects(() => follow(box).next(), Error, "Not a regular file");
});

Deno.test("followStream() reads nothing that it was not asked for", async () => {
  using box = new LogBox();
  box.append("stdout", "x".repeat(200_000));
  const { items, end } = follow(box);
  end.resolve();
  const { value: first } = await items.next();
  assert(first && "bytes" in first);
  const buffer = first.bytes.buffer;
  const { value: second } = await items.next();
  assert(second && "bytes" in second);
  assert(second.bytes.buffer === buffer, "one buffer serves all reads");
  await items.return();
});

/** Everything a follower got, checked as it comes: numbered lines, none torn, none missing but for gaps. */
async function checkNumberedLines(items: AsyncIterable<FollowItem>): Promise<[number, number]> {
  const decoder = new TextDecoder();
  let [rest, last, gaps] = ["", -1, 0];
  for await (const item of items) {
    assert("gap" in item || "bytes" in item, JSON.stringify(item));
    if ("gap" in item) {
      [rest, gaps] = ["", gaps + 1];
      last = NaN;
      continue;
    }
    const lines = (rest + decoder.decode(item.bytes)).split("\n");
    rest = lines.pop()!;
    for (const line of lines) {
      const number = parseInt(line);
      assert(line === `${number} ${"x".repeat(number % 60)}`, `torn: ${JSON.stringify(line)}`);
      if (!Number.isNaN(last)) assertEquals(number, last + 1);
      last = number;
    }
  }
  assertEquals(rest, "");
  return [last, gaps];
}

Deno.test("followStream() gives whole lines while another thread writes and cuts", async () => {
  using box = new LogBox();
  const task: WriterTask = {
    path: box.paths.stdout,
    basePath: box.paths.stdoutBase,
    lines: 60_000,
    maxBytes: 512 * 1024,
  };
  const url = import.meta.resolve("./testdata/cutting_writer.ts");
  const writer = new Worker(url, { type: "module" });
  const cuts = Promise.withResolvers<number>();
  writer.onmessage = ({ data }) => cuts.resolve(data);
  writer.onerror = (event) => cuts.reject(event.error ?? new Error(event.message));
  writer.postMessage(task);
  const { items } = follow(box, { ended: cuts.promise.then(() => {}) });
  const [last] = await checkNumberedLines(items);
  writer.terminate();
  assertEquals(last, task.lines - 1);
  await cuts.promise;
});
