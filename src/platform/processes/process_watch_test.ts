import { assert, assertEquals, assertFalse } from "@std/assert";
import { openLibc } from "../libc.ts";
import { type ProcessIdentity, readIdentity } from "./process_identity.ts";
import { ProcessWatch } from "./process_watch.ts";

const IS_LINUX = Deno.build.os === "linux";
openLibc();

/** A process that lives until it is told not to. */
function startProcess() {
  const child = new Deno.Command("cat", { stdin: "piped", stdout: "null" }).spawn();
  const end = async () => {
    await child.stdin.close();
    await child.status;
  };
  return { identity: readIdentity(child.pid)!, end };
}

/** Whose end was told, and who waits for the next one. */
function listen() {
  const gone: ProcessIdentity[] = [];
  let told = Promise.withResolvers<void>();
  const listener = {
    onGone: (process: ProcessIdentity) => {
      gone.push(process);
      told.resolve();
    },
    onBroken: () => told.reject(new Error("it is broken")),
  };
  const next = async () => {
    await told.promise;
    told = Promise.withResolvers();
  };
  return { gone, listener, next };
}

Deno.test({
  name: "ProcessWatch tells the end of each process that it watches, and of no other",
  ignore: !IS_LINUX,
  async fn() {
    const { gone, listener, next } = listen();
    const [one, two, three] = [startProcess(), startProcess(), startProcess()];
    {
      using watch = new ProcessWatch(listener);
      assert(watch.watch([one.identity, two.identity]));
      assert(watch.watch([one.identity, three.identity]));
      assertEquals([one, two, three].map(({ identity }) => watch.isWatched(identity)), [
        true,
        false,
        true,
      ]);
      await two.end();
      await one.end();
      await next();
      assertEquals(gone, [one.identity]);
      assertFalse(watch.isWatched(one.identity));
      await three.end();
      await next();
      assertEquals(gone, [one.identity, three.identity]);
    }
  },
});

Deno.test("ProcessWatch does not take one for watched that has gone, or whose pid is another's", async () => {
  const { gone, listener } = listen();
  const living = startProcess();
  const dead = startProcess();
  await dead.end();
  using watch = new ProcessWatch(listener);
  assertFalse(watch.watch([dead.identity]));
  assertFalse(watch.watch([{ ...living.identity, startTime: "1" }]));
  assertFalse(watch.isWatched({ ...living.identity, startTime: "1" }));
  await living.end();
  assertEquals(gone, []);
});

Deno.test({
  name: "ProcessWatch leaves nothing behind when it is closed while it waits",
  ignore: !IS_LINUX,
  fn: closesAll,
});

function closesAll() {
  // A process of its own: all tests that run at the same time share their descriptors.
  const program = `import { ProcessWatch } from "${import.meta.resolve("./process_watch.ts")}";
    import { readIdentity } from "${import.meta.resolve("./process_identity.ts")}";
    // Those that watch processes, or wake up who waits.
    const openDescriptors = () =>
      [...Deno.readDirSync("/proc/self/fd")].flatMap(({ name }) => {
        try {
          const path = Deno.readLinkSync("/proc/self/fd/" + name);
          return /pidfd|eventfd/.test(path) ? [name + path] : [];
        } catch {
          return [];
        }
      }).join();
    const parent = readIdentity(Deno.ppid);
    // The threads that wait in its place are there from the first time on.
    for (let time = 0; time < 3; time++) {
      const before = openDescriptors();
      const watch = new ProcessWatch({ onGone() {}, onBroken() {} });
      if (!watch.watch([parent])) throw new Error("it does not watch");
      if (openDescriptors() === before) throw new Error("nothing to be closed");
      watch[Symbol.dispose]();
      for (let tries = 0; openDescriptors() !== before; tries++) {
        if (tries > 5_000) throw new Error("left: " + openDescriptors());
        await new Promise((done) => setTimeout(done, 5));
      }
    }`;
  const { success, stderr } = new Deno.Command(Deno.execPath(), { args: ["eval", program] })
    .outputSync();
  assert(success, new TextDecoder().decode(stderr));
}
