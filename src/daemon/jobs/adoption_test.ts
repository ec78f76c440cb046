import { assertEquals } from "@std/assert";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import { silentLogger } from "../../../tests/support/silent_logger.ts";
import { formatRunSpec, parseRunSpec } from "../../facts/run_spec.ts";
import type { RunTraces } from "../../platform/processes/run_traces.ts";
import { type AdoptionContext, type AdoptionResult, adoptJobs } from "./adoption.ts";
import type { Job } from "./job.ts";
import type { Supervisor } from "./supervisor.ts";
import { createLeaseWorld } from "./lease.ts";

/** A world with one job that runs, and what its run's directory says of it. */
async function running(world: FakeWorld): Promise<{ job: Job; spec: string }> {
  const { job } = world.supervisor.add(toSpec({ name: "api" }));
  const spec = formatRunSpec(job.record, job.run!);
  await world.clock.advance(5);
  assertEquals(job.record.status, "running");
  world.supervisor.release();
  return { job, spec };
}

/** The next daemon of the world takes up what is there. */
function adopt(
  world: FakeWorld,
  found: { specs?: Record<string, string>; marked?: string[]; traces?: RunTraces } = {},
): { supervisor: Supervisor; result: AdoptionResult } {
  const supervisor = world.createSupervisor();
  const context: AdoptionContext = {
    clock: world.clock,
    store: world.store,
    host: world.host,
    logger: silentLogger,
    leases: createLeaseWorld(world.host, world.clock),
    runDirectories: () =>
      Object.entries(found.specs ?? {}).map(([runId, text]) => ({
        runId,
        spec: parseRunSpec(text),
        madeAtMs: undefined,
      })),
    markedRuns: () => found.marked ?? [],
    readTraces: () => found.traces,
  };
  return { supervisor, result: adoptJobs(supervisor, context) };
}

const TRACES: RunTraces = {
  env: { A: "1" },
  command: ["serve"],
  workdir: "/project",
  umask: 0o022,
};

Deno.test("adoptJobs() goes on with what lives and tells what ended meanwhile", async () => {
  using world = new FakeWorld();
  const { job } = await running(world);
  const first = adopt(world);
  assertEquals(first.result, { adopted: 1, ended: 0, recovered: 0 });
  assertEquals(first.supervisor.byId(job.id)?.record.status, "running");
  first.supervisor.release();
  world.host.exit(`${job.id}-1`, 7, world.clock.now());
  const { supervisor, result } = adopt(world);
  assertEquals(result, { adopted: 0, ended: 1, recovered: 0 });
  const { status, exit_code } = supervisor.byId(job.id)!.view();
  assertEquals([status, exit_code], ["failed", 7]);
});

Deno.test("D3b adoptJobs() rebuilds a job whose row was lost, whole", async () => {
  using world = new FakeWorld();
  const { job, spec } = await running(world);
  world.store.jobs.delete(job.id);
  const { supervisor, result } = adopt(world, {
    specs: { [`${job.id}-1`]: spec },
    traces: TRACES,
  });
  assertEquals(result, { adopted: 1, ended: 0, recovered: 1 });
  const found = supervisor.byId(job.id)!;
  assertEquals([found.record.name, found.record.status, found.record.env, found.record.fault], [
    "api",
    "running",
    { A: "1" },
    undefined,
  ]);
  assertEquals(supervisor.add(toSpec({ name: "api" })).action, "joined");
  assertEquals(world.host.launched.length, 1);
  supervisor.release();
});

Deno.test("D3b adoptJobs() puts a lost run back to its job, with its code when it has ended", async () => {
  using world = new FakeWorld();
  const { job, spec } = await running(world);
  world.store.jobs.delete(job.id);
  world.store.jobs.insert(job.record);
  world.host.exit(`${job.id}-1`, 3, world.clock.now());
  const { supervisor, result } = adopt(world, { specs: { [`${job.id}-1`]: spec } });
  assertEquals(result, { adopted: 0, ended: 1, recovered: 1 });
  assertEquals(supervisor.byId(job.id)!.view().exit_code, 3);
  assertEquals(world.store.runs.latest(job.id)?.exitCode, 3);
});

Deno.test("D4 adoptJobs() shows what has no spec by what lives of it, and starts it no more", async () => {
  using world = new FakeWorld();
  const { job } = await running(world);
  world.store.jobs.delete(job.id);
  const { supervisor } = adopt(world, { specs: { [`${job.id}-1`]: "{}" }, traces: TRACES });
  const found = supervisor.byId(job.id)!;
  assertEquals([found.view().status, found.view().problem], ["running", "bad_record"]);
  assertEquals(found.record.command, ["serve"]);
  world.host.exit(`${job.id}-1`, 1, world.clock.now());
  found.observe();
  await world.clock.advance(120_000);
  assertEquals([found.view().status, world.host.launched.length], ["failed", 1]);
});

Deno.test("D3b adoptJobs() goes by marks where nothing was ever stored, and by nothing else then", async () => {
  using world = new FakeWorld();
  const { job } = await running(world);
  world.store.jobs.delete(job.id);
  // There were events: the marks are not asked for, which is a look at the whole machine.
  const first = adopt(world, { marked: [`${job.id}-1`], traces: TRACES });
  assertEquals(first.supervisor.jobs.length, 0);
  using fresh = new FakeWorld();
  const shim = fresh.host.launch({ runId: "V3x-1" } as never);
  const { supervisor } = adopt(fresh, { marked: ["V3x-1", "exec.7.1"], traces: TRACES });
  assertEquals(supervisor.byId("V3x")?.run?.shim, shim);
  supervisor.release();
});

Deno.test("adoptJobs() begins once what was recorded and never begun, also where the record of its run was lost", () => {
  for (const isRunLost of [false, true]) {
    using world = new FakeWorld();
    const { job } = world.supervisor.add(toSpec());
    world.supervisor.release();
    world.host.kill(world.host.shimOf(`${job.id}-1`));
    world.host.discard(`${job.id}-1`);
    using other = new FakeWorld();
    other.store.jobs.insert({ ...job.record, status: "starting" });
    if (!isRunLost) other.store.runs.insert({ ...job.run!, shim: null });
    const { supervisor } = adopt(other);
    assertEquals(other.host.launched.map(({ runId }) => runId), [`${job.id}-1`]);
    supervisor.release();
  }
});

Deno.test("adoptJobs() calls lost what was up and left nothing, and starts what must be up", async () => {
  for (const mode of ["no", "always"] as const) {
    using world = new FakeWorld();
    const { job } = await running(world);
    const record = { ...job.record, restart: { mode } };
    using other = new FakeWorld();
    other.store.jobs.insert(record);
    const { supervisor } = adopt(other);
    const found = supervisor.byId(job.id)!;
    assertEquals(found.record.status, mode === "no" ? "lost" : "starting");
    assertEquals(found.record.run, mode === "no" ? 1 : 2);
    supervisor.release();
  }
});
