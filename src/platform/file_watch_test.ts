import { assertEquals } from "@std/assert";
import { FakeClock, settle } from "../../tests/support/fake_clock.ts";
import { Wakeup } from "../base/wakeup.ts";
import { watchFile } from "./file_watch.ts";

/** A directory that is gone at the end of the scope. */
function makeDir(): Disposable & { path: string } {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("watchFile() tells of a file that comes, changes and goes", async () => {
  using dir = makeDir();
  const path = `${dir.path}/a.log`;
  const wakeup = new Wakeup();
  using watch = watchFile(path, wakeup.notify);
  const changes = [
    () => Deno.writeTextFileSync(path, "one"),
    () => Deno.writeTextFileSync(path, "two", { append: true }),
    () => Deno.truncateSync(path),
    () => Deno.removeSync(path),
  ];
  for (const change of changes) {
    change();
    watch.arm();
    await wakeup.wait();
  }
});

Deno.test("watchFile() tells everybody who watches in a directory", async () => {
  using dir = makeDir();
  const wakeups = ["a", "b"].map((name) => {
    const wakeup = new Wakeup();
    return { wakeup, watch: watchFile(`${dir.path}/${name}.log`, wakeup.notify) };
  });
  for (const { watch } of wakeups) watch.arm();
  for (const name of ["a", "b"]) Deno.writeTextFileSync(`${dir.path}/${name}.log`, name);
  await Promise.all(wakeups.map(({ wakeup }) => wakeup.wait()));
  wakeups[0]!.watch[Symbol.dispose]();
  wakeups[1]!.watch.arm();
  Deno.writeTextFileSync(`${dir.path}/b.log`, "more");
  await wakeups[1]!.wakeup.wait();
  wakeups[1]!.watch[Symbol.dispose]();
});

Deno.test("watchFile() looks every 250 ms where there are no notifications", async () => {
  const clock = new FakeClock();
  let calls = 0;
  const openWatcher = () => {
    throw new Error("too many watches");
  };
  using watch = watchFile("/x/a.log", () => calls++, { clock, openWatcher });
  await clock.advance(1_000);
  assertEquals(calls, 0, "nobody asked");
  for (let expected = 1; expected <= 3; expected++) {
    watch.arm();
    watch.arm();
    await clock.advance(249);
    assertEquals(calls, expected - 1);
    await clock.advance(1);
    assertEquals(calls, expected);
  }
  watch.arm();
  watch[Symbol.dispose]();
  assertEquals(clock.pending, 0);
});

Deno.test("watchFile() goes over to notifications once the directory is there", async () => {
  using dir = makeDir();
  const clock = new FakeClock();
  const wakeup = new Wakeup();
  using watch = watchFile(`${dir.path}/sub/a.log`, wakeup.notify, { clock });
  Deno.mkdirSync(`${dir.path}/sub`);
  watch.arm();
  await clock.advance(250);
  await wakeup.wait();
  watch.arm();
  assertEquals(clock.pending, 0);
  Deno.writeTextFileSync(`${dir.path}/sub/a.log`, "one");
  await wakeup.wait();
});

Deno.test("watchFile() looks by itself when the notifications end", async () => {
  const clock = new FakeClock();
  let calls = 0;
  const events = Promise.withResolvers<IteratorResult<Deno.FsEvent>>();
  const watcher = {
    [Symbol.asyncIterator]: () => ({ next: () => events.promise }),
    close() {},
  } as unknown as Deno.FsWatcher;
  using watch = watchFile("/x/a.log", () => calls++, { clock, openWatcher: () => watcher });
  watch.arm();
  events.reject(new Error("gone"));
  await settle();
  await clock.advance(250);
  assertEquals(calls, 1);
});
