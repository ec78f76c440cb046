import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { BUILD, openPaths, startFakeDaemon } from "../../tests/support/fake_daemon.ts";
import { AppError } from "../base/app_error.ts";
import { connectDaemon } from "./connect.ts";
import { waitForJobs } from "./wait_for.ts";
import type { ImpPaths } from "../platform/paths.ts";

function startWaiting(paths: ImpPaths, timeoutMs?: number) {
  const clock = new FakeClock();
  const abort = new AbortController();
  const waiting = waitForJobs({
    jobs: ["V3x"],
    for: "exited",
    timeoutMs,
    clock,
    signal: abort.signal,
    connect: () => connectDaemon({ paths, build: BUILD }),
  });
  waiting.catch(() => {});
  return { clock, abort, waiting };
}

Deno.test("waitForJobs() asks the next daemon when the first one goes", async () => {
  using world = openPaths();
  const asked: unknown[] = [];
  await using _daemon = startFakeDaemon(world.paths, async (peer) => {
    const request = await peer.expect("wait");
    asked.push(request.payload);
    if (asked.length < 3) return;
    await peer.reply(request, { jobs: [] });
    await peer.gone();
  });
  const { clock, waiting } = startWaiting(world.paths);
  let isOver = false;
  waiting.then(() => isOver = true);
  while (!isOver) await clock.advance(100);
  assertEquals(await waiting, []);
  assertEquals(asked, Array(3).fill({ jobs: ["V3x"], for: "exited" }));
});

Deno.test("waitForJobs() times out, with a daemon and without", async () => {
  using world = openPaths();
  const asked = Promise.withResolvers<void>();
  const daemon = startFakeDaemon(world.paths, async (peer) => {
    await peer.expect("wait");
    asked.resolve();
    await peer.gone();
  });
  const { clock, waiting } = startWaiting(world.paths, 2_000);
  await asked.promise;
  await clock.advance(1_000);
  await daemon[Symbol.asyncDispose]();
  await clock.advance(1_000);
  const error = await assertRejects(() => waiting, AppError);
  assertEquals(error.code, "wait.timed_out");
  assertEquals(error.message, 'Waited 2s for "exited" in vain');
});

Deno.test("waitForJobs() passes on what the daemon says against it", async () => {
  using world = openPaths();
  await using _daemon = startFakeDaemon(world.paths, async (peer) => {
    const { id } = await peer.expect("wait");
    await peer.send({ id, ok: false, error: { code: "job.not_found", message: "No" } });
    await peer.gone();
  });
  const { waiting } = startWaiting(world.paths);
  assertEquals((await assertRejects(() => waiting, AppError)).code, "job.not_found");
});

Deno.test("waitForJobs() ends with its signal", async () => {
  using world = openPaths();
  const asked = Promise.withResolvers<void>();
  await using _daemon = startFakeDaemon(world.paths, async (peer) => {
    await peer.expect("wait");
    asked.resolve();
    await peer.gone();
  });
  const { abort, waiting } = startWaiting(world.paths);
  await asked.promise;
  abort.abort(new Error("Ctrl+C"));
  await assertRejects(() => waiting, Error, "Ctrl+C");
});
