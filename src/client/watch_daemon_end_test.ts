import { assertEquals } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { openPaths, toHello } from "../../tests/support/fake_daemon.ts";
import { acquirePidFile } from "../lifecycle/pid_file.ts";
import { watchDaemonEnd } from "./watch_daemon_end.ts";

async function end(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // The test has ended it.
  }
  await child.status;
}

/** A world with a daemon, which is a process that does nothing, and the locks that it would hold. */
function openWorld() {
  const world = openPaths();
  const child = new Deno.Command("sleep", { args: ["1000000"] }).spawn();
  const owner = { pid: child.pid, startedAtMs: 0, build: "", stateDir: world.paths.stateDir };
  const held = new DisposableStack();
  held.use(acquirePidFile(world.paths.pidFile, owner));
  const clock = new FakeClock();
  return {
    ...{ child, clock, release: () => held.dispose() },
    watch(pid = child.pid) {
      const ctx = { clock, paths: world.paths, signal: new AbortController().signal };
      const client = { hello: toHello("d", { pid }), closed: Promise.resolve() };
      let result: boolean | undefined;
      const ended = watchDaemonEnd(ctx, client)().then((gone) => result = gone);
      return { ended, result: () => result };
    },
    async [Symbol.asyncDispose]() {
      await end(child);
      held.dispose();
      world[Symbol.dispose]();
    },
  };
}

Deno.test("watchDaemonEnd() waits for the lock, and then for the process that had it", async () => {
  await using world = openWorld();
  const watch = world.watch();
  await world.clock.advance(1_000);
  assertEquals(watch.result(), undefined, "the lock is held");
  world.release();
  await world.clock.advance(1_000);
  assertEquals(watch.result(), undefined, "the process is still there");
  await end(world.child);
  await world.clock.advance(1_000);
  assertEquals(await watch.ended, true);
});

Deno.test("watchDaemonEnd() waits for no process that is not the daemon that answered", async () => {
  await using world = openWorld();
  const watch = world.watch(world.child.pid + 1);
  world.release();
  await world.clock.advance(1_000);
  assertEquals(await watch.ended, true);
});

Deno.test("watchDaemonEnd() is told of a daemon that stays, though it has let go of its lock", async () => {
  await using world = openWorld();
  const watch = world.watch();
  world.release();
  await world.clock.advance(60_000);
  assertEquals(await watch.ended, false);
});
