import { assert, assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { watchFile } from "../platform/file_watch.ts";
import { keepWithin } from "./bound.ts";
import { firstBytes, follow } from "./testdata/follower.ts";
import { collapseFront, LogBox, punchFront } from "./testdata/log_box.ts";

Deno.test("F105 followStream() goes on after the file was emptied", async () => {
  using box = new LogBox();
  box.append("stdout", "a long first line\n");
  const { next, end } = follow(box);
  assertEquals(await next(), "a long first line\n");
  const coming = next();
  Deno.truncateSync(box.paths.stdout, 0);
  assertEquals(await coming, { truncated: { offset: 0 } });
  box.append("stdout", "new\n");
  assertEquals(await next(), "new\n");
  end.resolve();
  assertEquals(await next(), "end");
});

Deno.test("followStream() goes on after a file was emptied that had been cut", async () => {
  for (const cut of [collapseFront, punchFront]) {
    using box = new LogBox();
    const [path, basePath] = [box.paths.stdout, box.paths.stdoutBase];
    box.append("stdout", "0123456789abcde\n".repeat(40_000));
    assertEquals(keepWithin({ path, basePath }, 512 * 1024, { cut }).outcome, "cut");
    const { next, end } = follow(box, { fromOffset: 16 * 40_000 });
    const coming = next();
    Deno.truncateSync(path, 0);
    const notice = await coming;
    assert(typeof notice === "object" && "truncated" in notice);
    box.append("stdout", "new\n");
    assertEquals(await next(), "new\n");
    end.resolve();
    assertEquals(await next(), "end");
  }
});

Deno.test("F104 followStream() reads on from a file that was removed", async () => {
  using box = new LogBox();
  const clock = new FakeClock();
  using job = Deno.openSync(box.paths.stdout, { append: true, create: true });
  job.writeSync(new TextEncoder().encode("one\n"));
  const { next, end } = follow(box, {
    watch: (path, onChange) => watchFile(path, onChange, { clock }),
  });
  assertEquals(await next(), "one\n");
  const coming = next();
  Deno.removeSync(box.paths.stdout);
  assertEquals(await coming, { removed: true });
  const more = next();
  job.writeSync(new TextEncoder().encode("two\n"));
  await clock.advance(250);
  assertEquals(await more, "two\n");
  end.resolve();
  assertEquals(await next(), "end");
});

Deno.test("F105 followStream() notices that the file was emptied also when it has grown again", async () => {
  using box = new LogBox();
  box.append("stdout", "one\ntwo\n");
  const { next, end } = follow(box);
  assertEquals(await next(), "one\ntwo\n");
  Deno.truncateSync(box.paths.stdout, 0);
  box.append("stdout", "three\nfour\nfive\n");
  end.resolve();
  assertEquals([await next(), await next()], [{ truncated: { offset: 0 } }, "three\nfour\nfive\n"]);
  assertEquals(await next(), "end");
});

Deno.test("F105 followStream() repeats nothing of a file of which others took the end", async () => {
  using box = new LogBox();
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}\n`).join("");
  box.append("stdout", lines);
  const { next, end } = follow(box);
  assertEquals(await next(), lines);
  Deno.truncateSync(box.paths.stdout, 700);
  const coming = next();
  assertEquals(await coming, { truncated: { offset: 700 } });
  box.append("stdout", "new\n");
  assertEquals(await next(), "new\n");
  Deno.truncateSync(box.paths.stdout, 600);
  // As long as what was read, and the same at first.
  box.append("stdout", lines.slice(600, 650) + "x".repeat(200) + "\n");
  end.resolve();
  const item = await next();
  assert(typeof item === "object" && "truncated" in item);
  const { offset } = item.truncated;
  assertEquals(offset, lines.lastIndexOf("\n", 649) + 1);
  assertEquals(await next(), lines.slice(offset, 650) + "x".repeat(200) + "\n");
  assertEquals(await next(), "end");
});

Deno.test("F104 followStream() reads on from a file that was moved away, replaced and put back", async () => {
  using box = new LogBox();
  const path = box.paths.stdout;
  using job = Deno.openSync(path, { append: true, create: true });
  const write = (text: string) => job.writeSync(new TextEncoder().encode(text));
  write("one\n");
  const changes: (() => void)[] = [];
  const { next, end } = follow(box, {
    watch: (_, onChange) => {
      changes.push(onChange);
      return { arm() {}, poll() {}, [Symbol.dispose]() {} };
    },
  });
  assertEquals(await next(), "one\n");
  const look = () => {
    const coming = next();
    changes[0]!();
    return coming;
  };
  write("two\n");
  Deno.renameSync(path, `${path}.1`);
  assertEquals([await look(), await look()], ["two\n", { removed: true }]);
  Deno.writeTextFileSync(path, "not ours\n");
  assertEquals(await look(), { replaced: true });
  write("three\n");
  assertEquals(await look(), "three\n");
  Deno.renameSync(`${path}.1`, path);
  write("four\n");
  assertEquals(await look(), "four\n");
  end.resolve();
  assertEquals(await look(), "end");
});

Deno.test("followStream() minds no cut of a file that is not the one it follows", async () => {
  using box = new LogBox();
  const { stdout: path, stdoutBase: basePath } = box.paths;
  const text = Array.from({ length: 60_000 }, (_, index) => `line ${index}\n`).join("");
  box.append("stdout", text);
  const { items, end } = follow(box);
  let got = new TextDecoder().decode(await firstBytes(items));
  Deno.renameSync(path, `${path}.1`);
  box.append("stdout", "another file\n".repeat(60_000));
  assertEquals(keepWithin({ path, basePath }, 1, { cut: collapseFront }).outcome, "cut");
  end.resolve();
  for await (const item of items) {
    if ("bytes" in item) got += new TextDecoder().decode(item.bytes);
    else assertEquals(item, { replaced: true });
  }
  assert(got === text);
});
