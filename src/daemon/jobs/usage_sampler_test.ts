import { assertEquals } from "@std/assert";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import type { Job } from "./job.ts";
import { type TreeSample, UsageSampler } from "./usage_sampler.ts";

/** A sampler over jobs that run, and what it sees. */
async function open(...names: string[]) {
  const world = new FakeWorld();
  const jobs: Job[] = [];
  for (const name of names) jobs.push(world.supervisor.add(toSpec({ name, command: [name] })).job);
  await world.clock.advance(100);
  const looks: (readonly number[])[][] = [];
  const trees = new Map<number, TreeSample>();
  const sampler = new UsageSampler({
    left: { refresh() {} },
    clock: world.clock,
    jobs: () => world.supervisor.jobs,
    look: (roots) => {
      looks.push([...roots]);
      return roots.map(([shim]) => trees.get(shim!) ?? { cpuMs: 0, memoryBytes: 1, ports: [] });
    },
  });
  const use = (job: Job, tree: TreeSample) => trees.set(job.run!.shim!.pid, tree);
  return { world, jobs, looks, use, sampler, [Symbol.dispose]: () => world[Symbol.dispose]() };
}

Deno.test("UsageSampler looks at shim and command of each live run, once for all", async () => {
  using it = await open("web", "api");
  it.sampler.refresh();
  const roots = it.jobs.map((job) => [job.run!.shim!.pid, job.run!.process!.pid]);
  assertEquals(it.looks, [roots]);
  it.world.host.exit(it.jobs[0]!.run!.runId, 0, it.world.clock.now());
  it.jobs[0]!.observe();
  await it.world.clock.advance(1_000);
  it.sampler.refresh();
  assertEquals(it.looks[1], [roots[1]!]);
  assertEquals(it.sampler.usageOf(it.jobs[0]!.id), undefined);
});

Deno.test("UsageSampler looks at most once a second, however often it is asked", async () => {
  using it = await open("web");
  for (let count = 0; count < 30; count++) {
    it.sampler.refresh();
    await it.world.clock.advance(100);
  }
  assertEquals(it.looks.length, 3);
});

Deno.test("UsageSampler looks once for all who ask for the ports of runs at the same time", async () => {
  using it = await open("web", "api");
  const [web, api] = it.jobs as [Job, Job];
  it.use(web, { cpuMs: 0, memoryBytes: 1, ports: [80] });
  const portsOf = () => it.jobs.map(({ run }) => it.sampler.portsOf(run!));
  assertEquals([portsOf(), it.looks.length], [[[80], []], 1]);
  it.use(api, { cpuMs: 0, memoryBytes: 1, ports: [81, 82] });
  await it.world.clock.advance(100);
  assertEquals([portsOf(), it.looks.length], [[[80], [81, 82]], 2]);
  // A run that has only begun has none of those that the one before had.
  assertEquals(it.sampler.portsOf({ runId: `${web.id}-2` }), []);
});

Deno.test("UsageSampler does not look at all when nothing is up", async () => {
  using it = await open();
  it.sampler.refresh();
  assertEquals(it.looks, []);
});

Deno.test("UsageSampler tells CPU since the last look, and over the run's life at first", async () => {
  using it = await open("web");
  const [job] = it.jobs as [Job];
  await it.world.clock.advance(1_900);
  it.use(job, { cpuMs: 500, memoryBytes: 7, ports: [80] });
  it.sampler.refresh();
  const { clock } = it.world;
  const lifeMs = clock.now() - job.run!.startedAtMs;
  const first = { cpuPercent: Math.round(500 / lifeMs * 1_000) / 10, memoryBytes: 7, ports: [80] };
  assertEquals(it.sampler.usageOf(job.id), first);
  await clock.advance(2_000);
  it.use(job, { cpuMs: 3_500, memoryBytes: 8, ports: [] });
  it.sampler.refresh();
  assertEquals(it.sampler.usageOf(job.id), { cpuPercent: 150, memoryBytes: 8, ports: [] });
  await clock.advance(1_000);
  // A child that ended unwaited takes its time along.
  it.use(job, { cpuMs: 100, memoryBytes: 8, ports: [] });
  it.sampler.refresh();
  assertEquals(it.sampler.usageOf(job.id)?.cpuPercent, 0);
});

Deno.test("UsageSampler is not misled by a clock that jumps", async () => {
  using it = await open("web");
  const [job] = it.jobs as [Job];
  it.sampler.refresh();
  it.world.clock.jumpTo(0);
  await it.world.clock.advance(1_000);
  it.use(job, { cpuMs: 250, memoryBytes: 1, ports: [] });
  it.sampler.refresh();
  assertEquals(it.sampler.usageOf(job.id)?.cpuPercent, 25);
});
