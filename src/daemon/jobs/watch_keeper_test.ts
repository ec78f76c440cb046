import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { FakeWorld, started } from "../../../tests/support/fake_world.ts";
import type { FileWatch } from "../../protocol/file_watch.ts";
import type { JobSpec } from "../../protocol/job_spec.ts";
import type { Job } from "./job.ts";
import type { WatchKeeper } from "./watch_keeper.ts";

const WATCH: FileWatch = { paths: ["src/**"] };

/** A world in which files are watched, with one job that has some. */
async function openWorld(change: Partial<JobSpec> = {}) {
  const world = new FakeWorld();
  const directory = Deno.makeTempDirSync();
  Deno.mkdirSync(`${directory}/src`);
  Deno.writeTextFileSync(`${directory}/src/a`, "");
  const keeper = world.createWatching(world.supervisor);
  keeper.begin();
  const job = await started(world, { workdir: directory, watch: WATCH, ...change });
  const isWatched = () => world.files.watched.size > 0;
  const areLookedThrough = (of: WatchKeeper = keeper) =>
    eventually(
      "all is looked through",
      () => (of.watchingOf(job.id)?.directories ?? null) !== null,
    );
  await areLookedThrough();
  /** These change, and it gets quiet. */
  const touch = async (...names: string[]) => {
    world.files.change(...names.map((name) => `${directory}/src/${name}`));
    await world.clock.advance(500);
  };
  const end = async (code: number, of: Job = job) => {
    world.host.exit(of.run!.runId, code, world.clock.now());
    of.observe();
    await world.clock.advance(5);
  };
  const stop = async () => {
    const stopping = job.stop();
    await world.clock.advance(1_000);
    await stopping;
  };
  const dispose = () => {
    keeper[Symbol.dispose]();
    world[Symbol.dispose]();
    Deno.removeSync(directory, { recursive: true });
  };
  return {
    ...{ world, keeper, job, directory, isWatched, areLookedThrough, touch, end, stop },
    [Symbol.dispose]: dispose,
  };
}

Deno.test("a job is restarted once for what changes together, which is told with the file", async () => {
  using its = await openWorld();
  await its.touch("a.tmp", "a", "a", "a");
  await its.world.clock.advance(2_000);
  const { status, run, watch, restarts } = its.job.view();
  assertEquals([status, run, restarts], ["running", 2, 0]);
  assertEquals([watch?.changed_path, watch?.changed_files], ["src/a.tmp", 2]);
  const [, first] = its.world.store.runs.listByJob(its.job.id);
  assertEquals([first?.outcome, first?.reason], ["stopped", "src/a.tmp and 1 more changed"]);
  const told = its.world.events.filter((event) => event.startsWith("job_files_changed"));
  assertEquals(told, ["job_files_changed running"]);
  assertEquals(its.world.clock.pending, 0, "nothing looks while nothing changes");
});

Deno.test("what changes while a job is being stopped for a change leads to no other restart", async () => {
  using its = await openWorld();
  its.world.host.behaviour.ignores = ["SIGTERM"];
  await its.touch("a");
  await its.touch("a");
  assertEquals([its.job.record.status, its.job.record.run], ["stopping", 2]);
  for (let times = 0; times < 4; times++) await its.touch("a", "b");
  await its.world.clock.advance(20_000);
  assertEquals([its.job.record.status, its.job.record.run], ["running", 3]);
});

Deno.test("a job that was stopped stays down; one that has ended by itself comes up by a change", async () => {
  using its = await openWorld();
  await its.stop();
  assertEquals(its.isWatched(), false);
  its.job.start();
  await its.world.clock.advance(5);
  for (const code of [1, 0]) {
    await its.areLookedThrough();
    await its.end(code);
    assertEquals([its.job.isUp, its.job.view().watch?.is_awaited], [false, true]);
    assertEquals(its.world.supervisor.isIdle, false, "somebody has to be there to see it");
    await its.touch("a");
    assertEquals(its.job.record.status, "running");
  }
  await its.end(1);
  await its.stop();
  assertEquals([its.job.record.status, its.isWatched()], ["failed", false]);
  assertEquals([its.world.supervisor.isIdle, its.job.view().watch?.is_awaited], [true, false]);
});

Deno.test("the next daemon watches on, also for a job that has ended", async () => {
  using its = await openWorld();
  await its.end(3);
  its.keeper[Symbol.dispose]();
  const supervisor = its.world.createSupervisor();
  const { store } = its.world;
  const job = supervisor.restore(store.jobs.get(its.job.id)!, store.runs.latest(its.job.id));
  using keeper = its.world.createWatching(supervisor);
  keeper.begin();
  await its.areLookedThrough(keeper);
  await its.touch("a");
  assertEquals([job.record.status, job.record.run], ["running", 2]);
  supervisor.release();
});

Deno.test("which files are watched changes at once, and restarts nothing", async () => {
  using its = await openWorld();
  const { definitions } = its.world.supervisor;
  definitions.set([its.job], { jobs: [its.job.id], watch: { paths: ["lib/**"] } });
  await its.areLookedThrough();
  assertStringIncludes(its.job.view().watch!.problem!, "nothing is there yet that matches lib/**");
  await its.touch("a");
  definitions.set([its.job], { jobs: [its.job.id], watch: null });
  await its.touch("a");
  assertEquals([its.job.record.run, its.isWatched()], [1, false]);
});

Deno.test("a change may send a signal, or run another job, which is let end first", async () => {
  using its = await openWorld({ watch: { ...WATCH, do: { action: "signal", signal: "HUP" } } });
  await its.touch("a");
  assertEquals(its.job.record.run, 1);
  assertMatch(its.world.host.signals.at(-1)!, /SIGHUP/);
  const codegen = await started(its.world, { command: ["gen"], name: "codegen" });
  const project = { source: "/p/imp.yaml", groups: [], dependsOn: [], isTask: true };
  codegen.redefine({
    project: { ...project, inputs: null, confirm: false, restartDigests: {}, liveDigests: {} },
  });
  const { definitions } = its.world.supervisor;
  const watch: FileWatch = { ...WATCH, do: { action: "run", job: "codegen" } };
  definitions.set([its.job], { jobs: [its.job.id], watch });
  await its.areLookedThrough();
  await its.touch("a");
  assertEquals([codegen.record.run, its.job.record.run], [1, 1]);
  await its.end(0, codegen);
  await its.world.clock.advance(600);
  assertEquals([codegen.record.status, codegen.record.run], ["running", 2]);
});

Deno.test("a task is let end before it is run again", async () => {
  using its = await openWorld();
  const project = { source: "/p/imp.yaml", groups: [], dependsOn: [], isTask: true };
  its.job.redefine({
    project: { ...project, inputs: null, confirm: false, restartDigests: {}, liveDigests: {} },
  });
  await its.touch("a");
  assertEquals([its.job.record.status, its.job.record.run], ["running", 1]);
  await its.end(0);
  await its.world.clock.advance(500);
  assertEquals([its.job.record.status, its.job.record.run], ["running", 2]);
});

Deno.test("a job that has to be confirmed is not started by a change", async () => {
  using its = await openWorld();
  const project = { source: "/p/imp.yaml", groups: [], dependsOn: [], isTask: false };
  its.job.amend({
    project: { ...project, inputs: null, confirm: true, restartDigests: {}, liveDigests: {} },
  });
  await its.touch("a");
  assertEquals([its.job.record.run, its.isWatched()], [1, false]);
  await its.end(1);
  assertEquals([its.world.supervisor.isIdle, its.isWatched()], [true, false]);
});

Deno.test("E14 a job that writes what is watched for it is held, which is told with the file, until somebody restarts it", async () => {
  using its = await openWorld();
  for (let times = 0; times < 30; times++) await its.touch("out");
  assertEquals(its.job.record.run, 11);
  const { problem } = its.job.view().watch!;
  assertStringIncludes(problem!, "held for 30s: 10 times in a row");
  assertStringIncludes(problem!, "src/out");
  its.job.restart();
  await its.world.clock.advance(500);
  assertEquals(its.job.view().watch!.problem, null);
});
