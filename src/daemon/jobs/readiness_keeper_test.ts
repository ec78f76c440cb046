import { assertEquals, assertRejects } from "@std/assert";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import { AppError } from "../../base/app_error.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { HealthCheck, ReadyCheck } from "../../protocol/readiness.ts";

const HTTP = { kind: "http", url: "http://localhost:8080/" } as const;

/** A world in which it is looked whether jobs are ready, with one that was just started. */
async function openWorld(ready: ReadyCheck | undefined, change: Partial<JobSpec> = {}) {
  const world = new FakeWorld();
  world.watch();
  const { job } = world.supervisor.add(toSpec({ ready, ...change }));
  await world.clock.advance(5);
  const told = () => world.events.filter((event) => /ready/.test(event));
  const isReady = () => job.view().ready;
  const end = async (code: number) => {
    world.host.exit(job.run!.runId, code, world.clock.now());
    job.observe();
    await world.clock.advance(5);
  };
  const wait = (timeoutMs?: number) =>
    world.supervisor.waitFor([job], {
      condition: "ready",
      timeoutMs,
      signal: new AbortController().signal,
    });
  return { world, job, told, isReady, end, wait, [Symbol.dispose]: () => world[Symbol.dispose]() };
}

Deno.test("a job without a check is ready when it is still there 300 ms after its start, and costs nothing afterwards", async () => {
  using its = await openWorld(undefined);
  assertEquals([its.isReady(), its.job.record.status], [false, "running"]);
  await its.world.clock.advance(290);
  assertEquals(its.told(), []);
  await its.world.clock.advance(10);
  assertEquals([its.isReady(), its.told()], [true, ["job_ready running"]]);
  assertEquals(its.world.clock.pending, 0);
});

Deno.test("each probe is tried until it is true, and then no more", async () => {
  const probes: [ReadyCheck, (world: FakeWorld, runId: string) => void][] = [
    [HTTP, ({ probes }) => probes.status = 302],
    [{ ...HTTP, status: [401] }, ({ probes }) => probes.status = 401],
    [{ kind: "tcp", port: 5432 }, ({ probes }) => probes.status = 200],
    [{ kind: "tcp", host: "db", port: 5432 }, ({ probes }) => probes.status = 200],
    [{ kind: "log", regex: "up" }, ({ probes }, runId) => probes.output.set(runId, ["is up"])],
    [{ kind: "command", script: "x" }, ({ probes }) => {
      probes.command = { code: 0, signal: null, said: "", output: "" };
    }],
    [{ kind: "ports" }, ({ probes }) => probes.ports = [8080]],
    [{ kind: "delay", ms: 2_000 }, () => {}],
  ];
  for (const [ready, serve] of probes) {
    using its = await openWorld(ready);
    await its.world.clock.advance(1_900);
    assertEquals([its.isReady(), its.told()], [false, []], ready.kind);
    serve(its.world, its.job.run!.runId);
    await its.world.clock.advance(600);
    assertEquals([its.isReady(), its.told()], [true, ["job_ready running"]], ready.kind);
    assertEquals(its.world.clock.pending, 0, ready.kind);
  }
});

Deno.test("a check that asks for several successes in a row is content with no fewer", async () => {
  using its = await openWorld({ ...HTTP, retries: 3, interval_ms: 1_000 });
  its.world.probes.status = 200;
  await its.world.clock.advance(1_500);
  its.world.probes.status = undefined;
  await its.world.clock.advance(1_000);
  its.world.probes.status = 200;
  await its.world.clock.advance(1_500);
  assertEquals(its.isReady(), false);
  await its.world.clock.advance(2_000);
  assertEquals(its.isReady(), true);
});

Deno.test("health is not asked for before its grace is over", async () => {
  using its = await openWorld(undefined, { health: { ...HEALTH, grace_ms: 20_000 } });
  await its.world.clock.advance(19_000);
  assertEquals(its.world.probes.tried, []);
  await its.world.clock.advance(2_000);
  assertEquals(its.world.probes.tried.length > 0, true);
});

Deno.test("a name of this machine is asked at both of its addresses, and any other at its own", async () => {
  using its = await openWorld(HTTP);
  assertEquals(its.world.probes.tried.slice(0, 2), [
    "http://localhost:8080/ at 127.0.0.1",
    "http://localhost:8080/ at ::1",
  ]);
  using other = await openWorld({ kind: "tcp", host: "db", port: 1 });
  assertEquals([...new Set(other.world.probes.tried)], ["db 1"]);
});

Deno.test("a job whose time is over counts as not ready, with the last answer, and is asked on", async () => {
  using its = await openWorld({ ...HTTP, within_ms: 3_000 });
  its.world.probes.status = 500;
  const waiting = its.wait();
  await its.world.clock.advance(3_100);
  assertEquals(its.told(), ["job_unready running"]);
  assertEquals(its.job.view().unready_reason, "not ready within 3s: it answered 500");
  const { jobs: [found] } = await waiting;
  assertEquals([found!.ready, found!.status], [false, "running"]);
  its.world.probes.status = 200;
  await its.world.clock.advance(6_000);
  assertEquals([its.isReady(), its.job.view().unready_reason], [true, null]);
  assertEquals(its.told(), ["job_unready running", "job_ready running"]);
});

Deno.test("a try that hangs is given up, at the end of the job's time at the latest", async () => {
  using its = await openWorld({ ...HTTP, within_ms: 1_000 });
  its.world.probes.isHanging = true;
  await its.world.clock.advance(1_100);
  assertEquals(its.told(), ["job_unready running"]);
  const { unready_reason } = its.job.view();
  assertEquals(unready_reason?.startsWith("not ready within 1s: no answer within"), true);
});

Deno.test("who waits for a job that ends first is told so at once; who gives up earlier, that", async () => {
  using its = await openWorld(HTTP);
  await assertRejects(async () => {
    const waiting = its.wait(200);
    await Promise.all([waiting, its.world.clock.advance(300)]);
  }, AppError);
  const waiting = its.wait();
  await its.end(3);
  const { jobs: [found] } = await waiting;
  assertEquals([found!.status, found!.exit_code, found!.ready], ["failed", 3, false]);
  assertEquals(its.told(), []);
});

Deno.test("a line that a run has printed right before its end makes it ready before its end is told", async () => {
  using world = new FakeWorld();
  world.watch();
  const { job } = world.supervisor.add(toSpec({ ready: { kind: "log", regex: "up" } }));
  const waiting = world.supervisor.waitFor([job], {
    condition: "ready",
    signal: new AbortController().signal,
  });
  world.probes.output.set(job.run!.runId, ["nothing", "it is up"]);
  world.host.exit(job.run!.runId, 0, world.clock.now());
  await world.clock.advance(5);
  assertEquals(world.events.slice(-3), [
    "job_started running",
    "job_ready running",
    "job_stopped exited",
  ]);
  const { jobs: [found] } = await waiting;
  assertEquals(found!.ready, true, "it was, when it was told");
  const { ready, ready_at } = job.view();
  assertEquals([ready, ready_at !== null], [false, true]);
});

Deno.test("a restarted job is not ready before its new run is", async () => {
  using its = await openWorld(HTTP);
  its.world.probes.status = 200;
  await its.world.clock.advance(600);
  assertEquals(its.isReady(), true);
  its.world.probes.status = undefined;
  const restarting = its.world.supervisor.restart({ jobs: [its.job.id] });
  await its.world.clock.advance(100);
  await restarting;
  const { run, ready, ready_at } = its.job.view();
  assertEquals([run, ready, ready_at], [2, false, null]);
});

Deno.test("the next daemon goes on: what was ready is, and nobody asks again; what was not is asked", async () => {
  for (const wasReady of [true, false]) {
    using its = await openWorld({ ...HTTP, within_ms: 10_000 });
    const { world } = its;
    if (wasReady) world.probes.status = 200;
    await world.clock.advance(5_000);
    world.readinessInUse![Symbol.dispose]();
    world.supervisor.release();
    world.probes.tried.length = 0;
    const next = world.createSupervisor();
    const job = next.restore(
      world.store.jobs.get(its.job.id)!,
      world.store.runs.latest(its.job.id),
    );
    job.adopt();
    world.watch(next);
    await world.clock.advance(1_000);
    assertEquals([job.view().ready, world.probes.tried.length > 0], [wasReady, !wasReady]);
    await world.clock.advance(4_500);
    const reason = wasReady ? null : "not ready within 10s: connection refused";
    assertEquals(job.view().unready_reason, reason, "its time counts from its start");
    next.release();
  }
});

Deno.test("set() of another check counts from now on, and takes back that it was ready", async () => {
  using its = await openWorld(undefined);
  await its.world.clock.advance(400);
  assertEquals(its.isReady(), true);
  its.world.supervisor.definitions.set([its.job], { jobs: [its.job.id], ready: HTTP });
  await its.world.clock.advance(1_000);
  assertEquals(its.told(), ["job_ready running", "job_unready running"]);
  its.world.probes.status = 200;
  await its.world.clock.advance(1_000);
  assertEquals(its.isReady(), true);
});

const HEALTH: HealthCheck = { ...HTTP, interval_ms: 1_000, retries: 3 };

Deno.test("health is asked for once it is ready; so many failures in a row are told, and that it is well again", async () => {
  using its = await openWorld({ kind: "delay", ms: 100 }, { health: HEALTH });
  its.world.probes.status = 200;
  await its.world.clock.advance(10_000);
  its.world.probes.status = 503;
  await its.world.clock.advance(2_000);
  its.world.probes.status = 200;
  await its.world.clock.advance(2_000);
  assertEquals(its.told(), ["job_ready running"], "two failures are not three");
  its.world.probes.status = 503;
  await its.world.clock.advance(3_200);
  assertEquals(its.isReady(), false);
  assertEquals(
    its.job.view().unready_reason,
    "not healthy: 3 times in a row, it answered 503",
  );
  await its.world.clock.advance(10_000);
  its.world.probes.status = 200;
  await its.world.clock.advance(1_200);
  const flaps = ["job_ready running", "job_unready running", "job_ready running"];
  assertEquals([its.isReady(), its.told(), its.job.record.run], [true, flaps, 1]);
});

Deno.test("health that asks for it restarts the job", async () => {
  using its = await openWorld(undefined, { health: { ...HEALTH, then: "restart" } });
  await its.world.clock.advance(5_000);
  assertEquals([its.job.record.run, its.job.record.status], [2, "running"]);
});
