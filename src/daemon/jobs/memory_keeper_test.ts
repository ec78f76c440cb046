import { assertEquals } from "@std/assert";
import { FakeWorld, started } from "../../../tests/support/fake_world.ts";
import type { Job } from "./job.ts";

const MIB = 2 ** 20;

/** A world in which memory is looked at. */
function openWorld() {
  const world = new FakeWorld();
  const keeper = world.createMemory();
  keeper.begin();
  const use = (job: Job, mebibytes: number) =>
    world.memoryBytes.set(job.run!.shim!.pid, mebibytes * MIB);
  /** The shim of a run that was killed writes it down. */
  const end = async (job: Job) => {
    world.host.exit(job.run!.runId, 137, world.clock.now());
    job.observe();
    await world.clock.advance(5);
  };
  const killed = () => world.host.signals.filter((signal) => signal.includes("SIGKILL")).length;
  const dispose = () => {
    keeper[Symbol.dispose]();
    world[Symbol.dispose]();
  };
  return { world, keeper, use, end, killed, [Symbol.dispose]: dispose };
}

Deno.test("where no job with a limit is up, nobody looks at memory", async () => {
  using its = openWorld();
  await started(its.world);
  const limited = await started(its.world, {
    command: ["other"],
    memory_limit_bytes: 512 * MIB,
  });
  await its.world.clock.advance(2_500);
  assertEquals(its.world.memoryLooks, [1, 1, 1]);
  const stopping = limited.stop();
  await its.world.clock.advance(1_200);
  await stopping;
  const { length } = its.world.memoryLooks;
  await its.world.clock.advance(10_000);
  assertEquals([its.world.memoryLooks.length, its.world.clock.pending], [length, 0]);
});

Deno.test("a job that is over its limit twice in a row is killed, has failed, and says why", async () => {
  using its = openWorld();
  const job = await started(its.world, { memory_limit_bytes: 512 * MIB });
  its.use(job, 612);
  await its.world.clock.advance(800);
  its.use(job, 500);
  await its.world.clock.advance(800);
  its.use(job, 611.5);
  await its.world.clock.advance(400);
  assertEquals(its.killed(), 0, "never twice in a row until now");
  await its.world.clock.advance(250);
  assertEquals(its.killed(), 1);
  await its.end(job);
  const { status, reason, exit_code } = job.view();
  assertEquals([status, exit_code], ["failed", 137]);
  assertEquals(reason, "over its memory limit (612 MiB of 512 MiB)");
  assertEquals(job.run!.reason, reason);
});

Deno.test("the restart policy decides on what was over its limit, and the next run is judged by itself", async () => {
  using its = openWorld();
  const job = await started(its.world, {
    memory_limit_bytes: MIB,
    restart: { mode: "on-failure", max: 1 },
  });
  its.use(job, 2);
  await its.world.clock.advance(2_000);
  await its.end(job);
  assertEquals([job.record.status, job.record.reason], [
    "backoff",
    "over its memory limit (2 MiB of 1 MiB)",
  ]);
  await its.world.clock.advance(5_000);
  assertEquals([job.record.status, job.record.reason, its.killed()], ["running", null, 1]);
  its.use(job, 3);
  await its.world.clock.advance(2_000);
  await its.end(job);
  assertEquals(
    job.record.reason,
    "gave up after 1 restart in a row: over its memory limit (3 MiB of 1 MiB)",
  );
});

Deno.test("a limit that changes counts for the run that is up", async () => {
  using its = openWorld();
  const job = await started(its.world);
  its.use(job, 100);
  const set = (memory_limit_bytes: number | null) =>
    its.world.supervisor.definitions.set([job], { memory_limit_bytes });
  const [change] = set(200 * MIB);
  assertEquals(change!.amendment.changed, ["memory_limit_bytes"]);
  await its.world.clock.advance(5_000);
  set(null);
  its.use(job, 900);
  await its.world.clock.advance(5_000);
  assertEquals([its.killed(), its.world.clock.pending], [0, 0]);
  set(300 * MIB);
  await its.world.clock.advance(5_000);
  assertEquals(its.killed() > 0, true);
});

Deno.test("F145 what a daemon was about to kill when it died is killed by the next, with the same reason", async () => {
  using its = openWorld();
  const job = await started(its.world, { memory_limit_bytes: MIB });
  its.keeper[Symbol.dispose]();
  job.noteReason("over its memory limit (9 MiB of 1 MiB)", "memory.limit");
  const next = its.world.createSupervisor();
  const adopted = next.restore(
    its.world.store.jobs.get(job.id)!,
    its.world.store.runs.latest(job.id),
  );
  adopted.adopt();
  using keeper = its.world.createMemory(next);
  keeper.begin();
  await its.world.clock.advance(1_200);
  assertEquals(its.killed(), 1);
  await its.end(adopted);
  assertEquals(adopted.record.reason, "over its memory limit (9 MiB of 1 MiB)");
});
