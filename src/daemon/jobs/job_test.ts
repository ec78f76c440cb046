import { assert, assertEquals, assertThrows } from "@std/assert";
import { FakeWorld, refuse, started, toSpec } from "../../../tests/support/fake_world.ts";
import { AppError } from "../../base/app_error.ts";

Deno.test("the exit code and the time come from the marker, also when the daemon was away", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  const endedAtMs = world.clock.now() + 7_000;
  world.host.exit(`${job.id}-1`, 42, endedAtMs);
  await world.clock.advance(60_000);
  const next = world.createSupervisor();
  const adopted = next.restore(world.store.jobs.get(job.id)!, world.store.runs.latest(job.id));
  adopted.adopt();
  const { status, exit_code, finished_at } = adopted.view();
  assertEquals([status, exit_code, Date.parse(finished_at!)], ["failed", 42, endedAtMs]);
  assertEquals(world.host.discarded, [`${job.id}-1`]);
});

Deno.test("a run that ends before anybody looked has still started first", async () => {
  using world = new FakeWorld();
  const { job } = world.supervisor.add(toSpec());
  world.host.exit(`${job.id}-1`, 0, world.clock.now());
  await world.clock.advance(5);
  assertEquals(world.events.slice(-2), ["job_started running", "job_stopped exited"]);
});

Deno.test("a command that cannot be started is failed with the reason, and nothing is left of it", async () => {
  using world = new FakeWorld();
  world.host.behaviour.launchError = new AppError("job.spawn_failed", "No more processes");
  const { job } = world.supervisor.add(toSpec());
  await world.clock.advance(5);
  assertEquals([job.record.status, job.record.reason], ["failed", "No more processes"]);
  assertEquals(job.view().exit_code, null);
});

Deno.test("stop() sends TERM, waits the stop timeout, kills, and only then says stopped", async () => {
  using world = new FakeWorld();
  world.host.behaviour.ignores = ["SIGTERM"];
  const job = await started(world, { stop_timeout_ms: 500 });
  const stopping = job.stop();
  await world.clock.advance(400);
  assertEquals(job.record.status, "stopping");
  assert(world.host.signals.includes("group SIGTERM"));
  assert(!world.host.signals.some((signal) => signal.includes("SIGKILL")));
  await world.clock.advance(300);
  assertEquals((await stopping).survivors, []);
  const { status, exit_code, signal, desired } = job.view();
  assertEquals([status, exit_code, signal, desired], ["stopped", 137, "SIGKILL", "down"]);
});

Deno.test("stop() ends what the command left behind before it says stopped", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  world.host.behaviour.ignores = ["SIGTERM"];
  const stray = world.host.stray(`${job.id}-1`);
  const stopping = job.stop({ timeoutMs: 200 });
  await world.clock.advance(100);
  assertEquals(job.record.status, "stopping", "the command is gone, its child is not");
  await world.clock.advance(300);
  assertEquals((await stopping).survivors, []);
  assertEquals(job.record.status, "stopped");
  assert(!world.host.isAlive(stray));
});

Deno.test("stop() names what refuses to die", async () => {
  using world = new FakeWorld();
  world.host.behaviour.ignores = ["SIGTERM", "SIGKILL"];
  const job = await started(world);
  const stopping = job.stop({ timeoutMs: 100 });
  await world.clock.advance(10_000);
  assertEquals((await stopping).survivors.map(({ pid }) => pid), [101]);
});

Deno.test("A1 stop() leaves a command that may not be signalled on its way down, tries again, and tells its end", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  world.host.behaviour.foreign = `${job.id}-1`;
  for (let attempt = 0; attempt < 2; attempt++) {
    const stopping = job.stop({ timeoutMs: 100 });
    await world.clock.advance(1_000);
    assertEquals((await stopping).survivors, [{ pid: 101, command: "fake", user: "root" }]);
    const { status, desired, exit_code, reason } = job.view();
    assertEquals([status, desired, exit_code], ["stopping", "down", null]);
    assertEquals(reason, "process 101 (fake) of user root does not end");
  }
  world.host.behaviour.foreign = undefined;
  world.host.exit(`${job.id}-1`, 7, world.clock.now());
  job.observe();
  const { status, exit_code, reason } = job.view();
  assertEquals([status, exit_code, reason], ["stopped", 7, null]);
});

Deno.test("H job_updated with starting carries the new run, and no exit code of the last one", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  world.host.exit(`${job.id}-1`, 3, world.clock.now());
  job.observe();
  const told: unknown[] = [];
  using _listening = world.bus.listen("test", ({ data: { status, run, exit_code } }) => {
    told.push([status, run, exit_code]);
  });
  job.start();
  assertEquals(told, [["starting", 2, null]]);
});

Deno.test("a second stop() with a shorter timeout is heeded", async () => {
  using world = new FakeWorld();
  world.host.behaviour.ignores = ["SIGTERM"];
  const job = await started(world);
  const first = job.stop({ timeoutMs: 60_000 });
  await world.clock.advance(100);
  const second = job.stop({ timeoutMs: 0 });
  await world.clock.advance(200);
  await Promise.all([first, second]);
  assertEquals(job.record.status, "stopped");
});

Deno.test("on-failure:2 pauses longer each time and gives up with a reason", async () => {
  using world = new FakeWorld();
  const job = await started(world, { restart: { mode: "on-failure", max: 2 } });
  const pauses: number[] = [];
  for (let run = 1; run <= 3; run++) {
    world.host.exit(`${job.id}-${run}`, 9, world.clock.now());
    job.observe();
    if (job.record.status !== "backoff") break;
    pauses.push(job.record.nextStartAtMs! - world.clock.now());
    await world.clock.advance(pauses.at(-1)! + 10);
  }
  assertEquals(pauses, [1_000, 2_000]);
  assertEquals([job.record.status, job.record.restarts, job.record.desired], ["failed", 2, "down"]);
  assertEquals(job.record.reason, "gave up after 2 restarts in a row");
});

Deno.test("a run that stayed up long enough begins a new tally", async () => {
  using world = new FakeWorld();
  const job = await started(world, { restart: { mode: "always" } });
  for (let run = 1; run <= 3; run++) {
    await world.clock.advance(world.settings.backoffResetMs);
    world.host.exit(`${job.id}-${run}`, 1, world.clock.now());
    job.observe();
    assertEquals(job.record.nextStartAtMs! - world.clock.now(), 1_000);
    await world.clock.advance(1_010);
  }
  assertEquals(job.record.restarts, 3);
});

Deno.test("a run begins no new tally because the clock jumped while it was up", async () => {
  using world = new FakeWorld();
  const job = await started(world, { restart: { mode: "on-failure", max: 2 } });
  for (let run = 1; run <= 3; run++) {
    world.clock.jumpTo(world.clock.now() + 24 * 3_600_000);
    world.host.exit(`${job.id}-${run}`, 1, world.clock.now());
    job.observe();
    await world.clock.advance(3_000);
  }
  assertEquals([job.record.status, job.record.restarts], ["failed", 2]);
});

Deno.test("a shim that was killed leaves its command running, and in the end lost", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  world.host.kill(world.host.shimOf(`${job.id}-1`));
  job.observe();
  assertEquals(job.record.status, "running");
  assert(job.record.reason?.startsWith("unsupervised"));
  world.host.kill(job.run!.process!);
  job.observe();
  const { status, exit_code } = job.view();
  assertEquals([status, exit_code], ["lost", null]);
});

Deno.test("an end that cannot be stored has not happened, and is stored at the next look", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  world.host.exit(`${job.id}-1`, 5, world.clock.now());
  const transaction = world.store.transaction;
  world.store.transaction = refuse;
  world.supervisor.observer.observeAll();
  assertEquals(job.record.status, "running");
  assertEquals(world.host.discarded, []);
  world.store.transaction = transaction;
  world.supervisor.observer.observeAll();
  assertEquals([job.record.status, job.view().exit_code], ["failed", 5]);
});

Deno.test("F100 a start that failed when that could not be stored either is told by its own reason later", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  world.host.exit(`${job.id}-1`, 0, world.clock.now());
  job.observe();
  const { transaction } = world.store;
  const { prepare } = world.host;
  world.host.prepare = () => {
    world.store.transaction = refuse;
    throw new AppError("test.no_space", "no space for the spec");
  };
  assertThrows(() => job.start(), AppError, "The disk is full");
  world.host.prepare = prepare;
  world.store.transaction = transaction;
  world.supervisor.observer.observeAll();
  const { status, exit_code, reason } = job.view();
  assertEquals([status, exit_code, reason], ["failed", null, "no space for the spec"]);
});

Deno.test("who gives up on a job that cannot be started says why it could not", async () => {
  using world = new FakeWorld();
  const launchError = new AppError("job.spawn_failed", "no space");
  world.host.behaviour.launchError = launchError;
  const { job } = world.supervisor.add(toSpec({ restart: { mode: "on-failure", max: 1 } }));
  assertEquals([job.record.status, job.record.reason], ["backoff", "no space"]);
  world.host.behaviour.launchError = launchError;
  await world.clock.advance(1_200);
  const { status, reason } = job.view();
  assertEquals([status, reason], ["failed", "gave up after 1 restart in a row: no space"]);
});
