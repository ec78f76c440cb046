import { assertEquals } from "@std/assert";
import { FakeWorld, started, toSpec } from "../../../tests/support/fake_world.ts";
import { AppError } from "../../base/app_error.ts";
import type { RunFacts } from "../../store/store.ts";
import type { Job } from "./job.ts";

/** What is kept of a job's run, but what it was started with. */
function factsOf(world: FakeWorld, job: Job, run = 1): RunFacts {
  const { startedAs: _, oomBefore: __, ...facts } = world.store.runs.get(`${job.id}-${run}`)!.facts;
  return facts;
}

Deno.test("a run knows who stopped it, and whether KILL was needed", async () => {
  using world = new FakeWorld();
  const by = { pid: 77, program: "bash" };
  const job = await started(world, { stop_timeout_ms: 500 });
  const stopping = job.stop({ asker: { what: "stop", by } });
  await world.clock.advance(300);
  await stopping;
  assertEquals(factsOf(world, job), { asked: { what: "stop", by, signal: null } });

  world.host.behaviour.ignores = ["SIGTERM"];
  job.start();
  await world.clock.advance(300);
  const killing = job.stop({ asker: { what: "down" }, signal: "SIGTERM" });
  // Who asks again changes nothing.
  const again = job.stop({ asker: { what: "stop" }, timeoutMs: 100 });
  await world.clock.advance(1_000);
  await Promise.all([killing, again]);
  assertEquals(factsOf(world, job, 2), {
    asked: { what: "down", signal: "SIGTERM", killed: true },
  });
});

Deno.test("a run that was signalled and then stopped was stopped", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  job.noteSignal({ what: "signal" }, "SIGHUP");
  assertEquals(factsOf(world, job), { asked: { what: "signal", signal: "SIGHUP" } });
  const stopping = job.stop();
  await world.clock.advance(300);
  await stopping;
  assertEquals(factsOf(world, job), { asked: { what: "stop", signal: null } });
});

Deno.test("a run that ends with its daemon, and one that is restarted, say so", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  job.restart();
  await world.clock.advance(300);
  assertEquals(factsOf(world, job).asked?.what, "restart");
  const stopping = job.stop({}, "suspend");
  await world.clock.advance(300);
  await stopping;
  assertEquals(factsOf(world, job, 2).asked?.what, "daemon_stop");
});

Deno.test("what could not be started has the code of the error, and what it was to be started as", async () => {
  using world = new FakeWorld();
  world.host.behaviour.launchError = new AppError("job.spawn_failed", "No more processes");
  const { job } = world.supervisor.add(toSpec());
  await world.clock.advance(5);
  const { cause, startedAs } = world.store.runs.get(`${job.id}-1`)!.facts;
  assertEquals([cause, startedAs === undefined], ["job.spawn_failed", false]);
});

Deno.test("a run that ends badly knows how often the kernel killed while it ran, one that ends well does not ask", async () => {
  using world = new FakeWorld();
  world.host.behaviour.oomKills = 3;
  const job = await started(world);
  world.host.behaviour.oomKills = 5;
  world.host.exit(`${job.id}-1`, 137, world.clock.now());
  await world.clock.advance(5_000);
  job.observe();
  assertEquals(factsOf(world, job), { oomDuring: { cgroup: 2, machine: null } });
  job.start();
  await world.clock.advance(300);
  // Another boot, or another cgroup.
  world.host.behaviour.oomKills = 1;
  world.host.exit(`${job.id}-2`, 1, world.clock.now());
  await world.clock.advance(5_000);
  job.observe();
  assertEquals(factsOf(world, job, 2), {});
  job.start();
  await world.clock.advance(300);
  world.host.exit(`${job.id}-3`, 0, world.clock.now());
  await world.clock.advance(5_000);
  job.observe();
  assertEquals(factsOf(world, job, 3), {});
});

Deno.test("a run after which the policy gives up says so", async () => {
  using world = new FakeWorld();
  const job = await started(world, { restart: { mode: "on-failure", max: 1 } });
  for (const run of [1, 2]) {
    world.host.exit(`${job.id}-${run}`, 3, world.clock.now());
    await world.clock.advance(2_000);
    job.observe();
    await world.clock.advance(2_000);
  }
  assertEquals([factsOf(world, job).gaveUpAfter, factsOf(world, job, 2).gaveUpAfter], [
    undefined,
    1,
  ]);
});
