import { assertEquals } from "@std/assert";
import { FakeWorld, started } from "../../../tests/support/fake_world.ts";
import type { Job } from "./job.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";

/** A world with a job that is stopped by a command, which ends with 0 unless it is told otherwise. */
async function openWorld(change: Partial<JobSpec> = {}) {
  const world = new FakeWorld();
  world.probes.command = { code: 0, signal: null, said: "", output: "" };
  const job = await started(world, {
    stop_command: ["make", "down"],
    stop_timeout_ms: 1_000,
    ...change,
  });
  /** The run ends, as the command has it. */
  const end = (of: Job = job) => world.host.exit(of.run!.runId, 0, world.clock.now());
  const sent = () => world.host.signals.filter((signal) => !signal.includes("CONT"));
  return { world, job, end, sent, [Symbol.dispose]: () => world[Symbol.dispose]() };
}

Deno.test("a stop command is run in place of the signal, and the end of the run is waited for", async () => {
  using its = await openWorld();
  const stopping = its.job.stop();
  await its.world.clock.advance(500);
  assertEquals([its.world.probes.tried, its.sent()], [["make down"], []]);
  assertEquals(its.job.record.status, "stopping");
  its.end();
  await its.world.clock.advance(100);
  await stopping;
  const { status, reason } = its.job.view();
  assertEquals([status, reason, its.sent()], ["stopped", null, []]);
});

Deno.test("what does not end although its stop command has succeeded is killed when its time is over", async () => {
  using its = await openWorld();
  const stopping = its.job.stop();
  await its.world.clock.advance(900);
  assertEquals(its.sent(), []);
  await its.world.clock.advance(300);
  await stopping;
  assertEquals([its.job.record.status, its.job.view().signal], ["stopped", "SIGKILL"]);
});

Deno.test("what the command's end leaves behind gets the signal, and then KILL", async () => {
  using its = await openWorld();
  its.world.host.behaviour.ignores = ["SIGTERM"];
  its.world.host.stray(its.job.run!.runId);
  const stopping = its.job.stop();
  await its.world.clock.advance(50);
  its.end();
  await its.world.clock.advance(200);
  assertEquals(its.sent(), ["group SIGTERM"]);
  await its.world.clock.advance(1_000);
  await stopping;
  assertEquals(its.job.record.status, "stopped");
});

Deno.test("where the stop command fails the signal is sent, and the run keeps why", async () => {
  using its = await openWorld();
  its.world.probes.command = { code: 2, signal: null, said: "no rule", output: "no rule" };
  const stopping = its.job.stop();
  await its.world.clock.advance(100);
  await stopping;
  const { status, reason, signal } = its.job.view();
  assertEquals([status, signal], ["stopped", "SIGTERM"]);
  assertEquals(reason, "its stop command failed (2): no rule");
  assertEquals(its.job.run!.reason, reason);
});

Deno.test("F147 a stop command that hangs has the stop timeout, and the run is killed then", async () => {
  using its = await openWorld();
  its.world.probes.isHanging = true;
  const stopping = its.job.stop();
  await its.world.clock.advance(950);
  assertEquals(its.sent(), []);
  await its.world.clock.advance(300);
  await stopping;
  const { status, reason, signal } = its.job.view();
  assertEquals([status, signal], ["stopped", "SIGKILL"]);
  assertEquals(reason, "its stop command took too long");
});

Deno.test("a run that has ended before its stop command has is over when both are", async () => {
  using its = await openWorld();
  its.world.probes.isHanging = true;
  const stopping = its.job.stop();
  await its.world.clock.advance(100);
  its.end();
  its.job.observe();
  await its.world.clock.advance(500);
  assertEquals(its.job.record.status, "stopping");
  await its.world.clock.advance(600);
  await stopping;
  assertEquals(its.job.record.status, "stopped");
});

Deno.test("who stops by a signal or at once asks no command", async () => {
  for (const how of [{ signal: "SIGINT" }, { timeoutMs: 0 }]) {
    using its = await openWorld();
    const stopping = its.job.stop(how);
    await its.world.clock.advance(100);
    await stopping;
    assertEquals([its.job.record.status, its.world.probes.tried], ["stopped", []]);
  }
  using its = await openWorld();
  its.world.probes.isHanging = true;
  const stopping = its.job.stop();
  await its.world.clock.advance(100);
  its.job.stop({ signal: "SIGTERM" });
  await its.world.clock.advance(100);
  await stopping;
  assertEquals([its.job.record.status, its.job.record.reason], ["stopped", null]);
});

Deno.test("a restart goes by the stop command, too", async () => {
  using its = await openWorld();
  its.job.restart();
  await its.world.clock.advance(100);
  assertEquals([its.job.record.status, its.job.record.run], ["stopping", 1]);
  its.end();
  await its.world.clock.advance(200);
  assertEquals([its.job.record.status, its.job.record.run], ["running", 2]);
  assertEquals(its.world.probes.tried, ["make down"]);
});

Deno.test("F146 a stop whose daemon was killed is carried on by the next, with its command", async () => {
  using its = await openWorld();
  its.world.probes.isHanging = true;
  its.job.stop();
  await its.world.clock.advance(100);
  its.world.supervisor.release();
  its.world.probes.isHanging = false;
  const next = its.world.createSupervisor();
  const { store } = its.world;
  const adopted = next.restore(store.jobs.get(its.job.id)!, store.runs.latest(its.job.id));
  adopted.adopt();
  await its.world.clock.advance(100);
  assertEquals([adopted.record.status, its.world.probes.tried.length], ["stopping", 2]);
  its.end(adopted);
  await its.world.clock.advance(200);
  assertEquals([adopted.record.status, its.sent()], ["stopped", []]);
});
