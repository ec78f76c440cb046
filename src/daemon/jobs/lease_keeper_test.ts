import { assertEquals } from "@std/assert";
import { FakeWorld, refuse, started } from "../../../tests/support/fake_world.ts";
import { toReference } from "../../../tests/support/process_reference.ts";
import type { LeaseWish } from "../../protocol/owner.ts";
import type { Job } from "./job.ts";
import { keepJobs } from "./tenure.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A world in which leases end. */
function openWorld() {
  const world = new FakeWorld();
  const keeper = world.createLeases();
  keeper.begin();
  const lease = (job: Job, wish: LeaseWish) => keepJobs([job], wish, world.context.leases);
  const stranger = () => world.host.stray("");
  const statusOf = (job: Job) => [job.record.status, job.record.desired, job.record.reason];
  const dispose = () => {
    keeper[Symbol.dispose]();
    world[Symbol.dispose]();
  };
  return { world, keeper, lease, stranger, statusOf, [Symbol.dispose]: dispose };
}

const OVER = ["stopped", "down", "its lease was over"];

Deno.test("a job is stopped when its lease is over, and says why; it can be started again", async () => {
  using its = openWorld();
  const { clock } = its.world;
  const job = await started(its.world, { lease: { duration_ms: 2 * HOUR } });
  await clock.advance(2 * HOUR - 60_000);
  assertEquals(its.statusOf(job), ["running", "up", null]);
  await clock.advance(61_000);
  assertEquals(its.statusOf(job), OVER);
  assertEquals([job.run!.reason, job.record.lease], ["its lease was over", null]);
  its.world.supervisor.start({ jobs: [job.id] });
  await clock.advance(3 * HOUR);
  assertEquals(its.statusOf(job), ["running", "up", null]);
});

Deno.test("where no job has a lease, and nobody's process counts, there is no timer", async () => {
  using its = openWorld();
  const job = await started(its.world);
  assertEquals(its.world.clock.pending, 0);
  its.lease(job, { duration_ms: HOUR });
  await its.world.clock.advance(0);
  assertEquals(its.world.clock.pending, 1);
  its.lease(job, {});
  await its.world.clock.advance(0);
  assertEquals(its.world.clock.pending, 0);
});

Deno.test("a clock that is set, back or forth, makes no lease longer or shorter, and shows another end", async () => {
  using its = openWorld();
  const { clock } = its.world;
  const job = await started(its.world, { lease: { duration_ms: HOUR } });
  for (const days of [-400, 400]) {
    const nowMs = clock.now() + days * DAY;
    clock.jumpTo(nowMs);
    await clock.advance(60_000);
    assertEquals(its.statusOf(job), ["running", "up", null], `${days} days`);
    const leftMs = Date.parse(job.view().lease!.ends_at!) - clock.now();
    assertEquals(leftMs > 50 * 60_000 && leftMs <= HOUR, true);
  }
  await clock.advance(HOUR);
  assertEquals(its.statusOf(job), OVER);
});

Deno.test("a machine that slept through the end of a lease ends the job within a minute", async () => {
  using its = openWorld();
  const { clock, host } = its.world;
  const job = await started(its.world, { lease: { duration_ms: DAY } });
  await clock.advance(1_000);
  host.uptimeMs = () => clock.monotonic() + 2 * DAY;
  await clock.advance(60_000);
  assertEquals(its.statusOf(job), OVER);
});

Deno.test("a job ends with its process, at once where the system tells, else after a look", async () => {
  for (const canTell of [true, false]) {
    using its = openWorld();
    const { clock, host, processes } = its.world;
    processes.canTell = canTell;
    const process = its.stranger();
    const job = await started(its.world, { lease: { process: toReference(process) } });
    assertEquals(processes.watched, [process]);
    await clock.advance(10_000);
    assertEquals(its.statusOf(job), ["running", "up", null]);
    host.kill(process);
    if (canTell) processes.listener!.onGone(process);
    await clock.advance(canTell ? 0 : 2_000);
    await clock.advance(50);
    const why = `process ${process.pid}, which it was to end with, has gone`;
    assertEquals(its.statusOf(job), ["stopped", "down", why]);
    assertEquals(processes.watched, []);
  }
});

Deno.test("where nobody tells any more, somebody looks", async () => {
  using its = openWorld();
  const { clock, host, processes } = its.world;
  const process = its.stranger();
  const job = await started(its.world, { lease: { process: toReference(process) } });
  assertEquals(clock.pending, 0);
  processes.canTell = false;
  processes.listener!.onBroken();
  host.kill(process);
  await clock.advance(2_050);
  assertEquals(job.record.status, "stopped");
});

Deno.test("a job that backs off, or waits for a change of files, ends with its lease too", async () => {
  using its = openWorld();
  const { clock, host } = its.world;
  const restart = { mode: "always" } as const;
  const job = await started(its.world, { restart, lease: { duration_ms: 1_000 } });
  its.world.settings = { ...its.world.settings, backoffInitialMs: HOUR, backoffMaxMs: HOUR };
  host.exit(job.run!.runId, 1, clock.now());
  job.observe();
  await clock.advance(5);
  assertEquals(job.record.status, "backoff");
  await clock.advance(2_000);
  assertEquals([job.record.desired, job.record.reason], ["down", "its lease was over"]);
  assertEquals(clock.pending, 0);
});

Deno.test("a lease that cannot be ended on a full disk is ended when there is room", async () => {
  using its = openWorld();
  const { clock, store } = its.world;
  const job = await started(its.world, { lease: { duration_ms: 1_000 } });
  const { transaction } = store;
  store.transaction = refuse;
  await clock.advance(1_000);
  assertEquals(job.record.status, "running");
  store.transaction = transaction;
  await clock.advance(5_100);
  assertEquals(its.statusOf(job), OVER);
});

Deno.test("what was over while nobody was there is ended by the next daemon", async () => {
  using its = openWorld();
  const { world } = its;
  const job = await started(world, { lease: { duration_ms: HOUR } });
  its.keeper[Symbol.dispose]();
  await world.clock.advance(2 * HOUR);
  assertEquals(job.record.status, "running");
  assertEquals(job.view().lease!.is_over, true);
  using _keeper = (() => {
    const next = world.createLeases();
    next.begin();
    return next;
  })();
  await world.clock.advance(50);
  assertEquals(its.statusOf(job), OVER);
});

Deno.test("a job whose owner has gone is left over, which is told once", async () => {
  using its = openWorld();
  const { world } = its;
  const process = its.stranger();
  const owner = { name: "claude", agent: "claude", user: "ann", process: toReference(process) };
  const job = await started(world, { owner });
  assertEquals([job.view().owner!.pid, job.view().left_over], [process.pid, undefined]);
  world.host.kill(process);
  world.events.length = 0;
  world.processes.listener!.onGone(process);
  world.processes.listener!.onGone(process);
  assertEquals(world.events, ["job_updated running"]);
  assertEquals([job.view().left_over, job.record.status], [true, "running"]);
  keepJobs([job], undefined, world.context.leases);
  assertEquals([job.view().left_over, job.view().owner!.name], [undefined, "claude"]);
});
