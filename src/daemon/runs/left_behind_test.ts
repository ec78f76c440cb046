import { assert, assertEquals } from "@std/assert";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import type { Job } from "../jobs/job.ts";

/** A job whose run has ended with code 1 and left a process. */
async function ended(
  world: FakeWorld,
  { spec = {}, left = {} }: {
    spec?: Parameters<typeof toSpec>[0];
    left?: { hasLetGo?: boolean; isHidden?: boolean };
  } = {},
) {
  const { job } = world.supervisor.add(toSpec(spec));
  await world.clock.advance(5);
  const stray = world.host.stray(`${job.id}-1`, left);
  world.host.exit(`${job.id}-1`, 1, world.clock.now());
  job.observe();
  return { job, stray };
}

function told(job: Job) {
  const { status, left, let_go } = job.view();
  return [status, left, let_go];
}

const HIDDEN = { isHidden: true };
const LET_GO = { hasLetGo: true };

Deno.test("C1 what a run has left is told soon after its end, and again when it is gone", async () => {
  using world = new FakeWorld();
  const { job, stray } = await ended(world);
  assertEquals(told(job), ["failed", 0, 0]);
  world.events.length = 0;
  await world.clock.advance(60);
  assertEquals(told(job), ["failed", 1, 0]);
  assertEquals(world.events, ["job_updated failed"]);
  world.host.kill(stray);
  await world.clock.advance(1_000);
  assertEquals(world.events, ["job_updated failed"], "nobody looks");
  world.left.refresh();
  await world.clock.advance(1);
  assertEquals(told(job), ["failed", 0, 0]);
  assertEquals(world.events.length, 2);
});

Deno.test("C3 nothing is looked at again and again where nothing is left", async () => {
  using world = new FakeWorld();
  const { job, stray } = await ended(world);
  world.host.kill(stray);
  world.left.refresh();
  let looks = 0;
  const { findLeft } = world.host;
  world.host.findLeft = (query) => {
    looks++;
    return findLeft(query);
  };
  for (let second = 0; second < 10; second++) {
    await world.clock.advance(1_000);
    world.left.refresh();
    world.left.lookIfLikely([job]);
  }
  assertEquals(looks, 0);
});

for (const [what, left] of Object.entries({ plain: {}, hidden: HIDDEN, "let go": LET_GO })) {
  for (const verb of ["stop", "remove", "suspend"] as const) {
    Deno.test(`C1 C6 ${verb} ends what is left of a job that is down: ${what}`, async () => {
      using world = new FakeWorld();
      const { job, stray } = await ended(world, { left });
      const all = { jobs: [job.id] };
      const result = verb === "stop"
        ? world.supervisor.stop(all)
        : verb === "remove"
        ? world.supervisor.removal.remove(all)
        : world.supervisor.ending.suspendAll();
      await world.clock.advance(500);
      await result;
      assert(!world.host.isAlive(stray));
      assert(world.host.signals.includes(`${stray.pid} SIGTERM`));
      assertEquals(world.supervisor.jobs.length, verb === "remove" ? 0 : 1);
      if (verb === "stop") {
        assertEquals((await world.supervisor.stop(all)).ended, [], "there was nobody any more");
        assertEquals((await result as { ended: unknown }).ended, [
          { job_id: job.id, processes: 1 },
        ]);
      }
    });
  }
}

for (const verb of ["start", "restart", "add"] as const) {
  Deno.test(`C1 ${verb} ends what is left first, and only then begins the next run`, async () => {
    using world = new FakeWorld();
    const { job, stray } = await ended(world, { spec: { stop_timeout_ms: 300 } });
    world.host.behaviour.ignores = ["SIGTERM"];
    const stubborn = world.host.stray(`${job.id}-1`);
    if (verb === "add") world.supervisor.add(toSpec({ stop_timeout_ms: 300 }));
    else void world.supervisor[verb]({ jobs: [job.id] });
    await world.clock.advance(200);
    assertEquals([job.record.status, job.record.run], ["starting", 2]);
    assertEquals(world.host.launched.length, 1);
    assertEquals([stray, stubborn].map(world.host.isAlive), [false, true]);
    await world.clock.advance(300);
    assertEquals([job.record.status, world.host.launched.length], ["running", 2]);
    assert(!world.host.isAlive(stubborn));
  });
}

Deno.test("C1b a start and a restart spare what has let go and tell it, a stop ends it", async () => {
  using world = new FakeWorld();
  const { job, stray } = await ended(world, { left: LET_GO });
  job.start();
  await world.clock.advance(100);
  assertEquals(told(job), ["running", 1, 1]);
  const second = world.host.stray(`${job.id}-2`, LET_GO);
  void world.supervisor.restart({ jobs: [job.id] });
  await world.clock.advance(200);
  assertEquals(told(job), ["running", 2, 2]);
  assertEquals([stray, second].map(world.host.isAlive), [true, true]);
  const stopping = job.stop();
  await world.clock.advance(200);
  assertEquals((await stopping).survivors, []);
  assertEquals([stray, second].map(world.host.isAlive), [false, false]);
  assertEquals(told(job), ["stopped", 0, 0]);
});

Deno.test("C1b cleanup spares what has let go and tells it, and nuke ends it when its job is no more", async () => {
  using world = new FakeWorld();
  const { stray } = await ended(world, { left: LET_GO });
  const { removed, letGo } = await world.supervisor.removal.cleanup();
  assertEquals([removed.length, letGo], [1, 1]);
  assert(world.host.isAlive(stray));
  const ending = world.supervisor.ending.endStrays();
  await world.clock.advance(100);
  assertEquals(await ending, []);
  assert(!world.host.isAlive(stray));
});

Deno.test("C2 a policy's restart begins once nothing of the last run is left", async () => {
  using world = new FakeWorld();
  const spec = { restart: { mode: "always" as const } };
  const { job, stray } = await ended(world, { spec });
  assertEquals(job.record.status, "backoff");
  assert(world.host.isAlive(stray));
  await world.clock.advance(1_300);
  assertEquals([job.record.status, job.record.run], ["running", 2]);
  assert(!world.host.isAlive(stray));
});

Deno.test("A1 a start over a leftover that may not be signalled fails with its name, and goes once it is gone", async () => {
  using world = new FakeWorld();
  const { job, stray } = await ended(world, { spec: { stop_timeout_ms: 100 } });
  world.host.behaviour.foreign = `${job.id}-1`;
  job.start();
  await world.clock.advance(1_000);
  const { status, exit_code, reason } = job.view();
  assertEquals([status, exit_code], ["failed", null]);
  assertEquals(
    reason,
    `process ${stray.pid} (fake) of user root does not end; an earlier run has left it`,
  );
  assertEquals(told(job), ["failed", 1, 0]);
  const removing = world.supervisor.removal.remove({ jobs: [job.id] });
  await world.clock.advance(1_000);
  assertEquals((await removing).survivors?.map(({ pid }) => pid), [stray.pid]);
  assertEquals(world.supervisor.jobs, [job]);
  world.host.behaviour.foreign = undefined;
  world.host.kill(stray);
  job.start();
  await world.clock.advance(10);
  assertEquals(job.record.status, "running");
});

Deno.test("C1 a stop while a start ends what was left sees to both, and a next daemon begins anew", async () => {
  using world = new FakeWorld();
  const { job } = await ended(world, { spec: { stop_timeout_ms: 300 } });
  world.host.behaviour.ignores = ["SIGTERM"];
  world.host.stray(`${job.id}-1`);
  job.start();
  await world.clock.advance(100);
  assertEquals(job.record.status, "starting");
  const stopping = job.stop();
  await world.clock.advance(600);
  assertEquals((await stopping).survivors, []);
  assertEquals([job.record.status, job.record.desired], ["stopped", "down"]);
  assertEquals(world.host.launched.length, 1);
  assertEquals(told(job), ["stopped", 0, 0]);
});

Deno.test("C2 a start after a run that surely left nobody looks at no process", async () => {
  using world = new FakeWorld();
  const { job, stray } = await ended(world);
  world.host.kill(stray);
  world.left.look();
  job.start();
  await world.clock.advance(5);
  world.host.hasSurelyLeftNobody = () => true;
  world.host.exit(`${job.id}-2`, 0, world.clock.now());
  job.observe();
  world.host.findLeft = () => {
    throw new Error("a whole look");
  };
  job.start();
  await world.clock.advance(5);
  assertEquals([job.record.status, job.record.run], ["running", 3]);
});
