import { assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { openPaths } from "../../../tests/support/fake_daemon.ts";
import { FakeWorld, started } from "../../../tests/support/fake_world.ts";
import { silentLogger } from "../../../tests/support/silent_logger.ts";
import { DEFAULT_SETTINGS } from "../../config/settings.ts";
import type { StopContext } from "../../lifecycle/lifecycle.ts";
import { Holds } from "./holds.ts";
import { openJobs } from "./open_jobs.ts";

/** A world whose daemon has left one job that runs, and the next daemon with it. */
async function openNext(options: { hasDirectory: boolean }) {
  const world = new FakeWorld();
  const { paths, ...place } = openPaths();
  const job = await started(world);
  const runId = `${job.id}-1`;
  world.supervisor.release();
  if (options.hasDirectory) Deno.mkdirSync(`${paths.runsDir}/${runId}`, { recursive: true });
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const supervisor = world.createSupervisor();
  const readiness = world.createReadiness(supervisor);
  const memory = world.createMemory(supervisor);
  const watching = world.createWatching(supervisor);
  const schedules = world.createSchedules(supervisor);
  const parts = {
    ...world,
    supervisor,
    left: world.left,
    readiness,
    memory,
    watching,
    schedules,
    leases: world.createLeases(supervisor),
    sampler: undefined!,
  };
  const jobs = openJobs(parts, {
    ...{ paths, logger, clock: world.clock, rounds: world.clock },
    ...{ store: world.store, bus: world.bus, host: world.host },
    settings: () => world.settings,
    holds: new Holds(),
  });
  const close = (how: Partial<StopContext> = {}) => {
    const signal = new AbortController().signal;
    return jobs.close({ leaveWork: true, reason: "test", signal, ...how } as StopContext);
  };
  const dispose = () => {
    world[Symbol.dispose]();
    place[Symbol.dispose]();
  };
  return { world, paths, runId, job: supervisor.byId(job.id)!, warnings, close, dispose };
}

Deno.test("openJobs() takes up what runs, and sees its end when its directory changes", async () => {
  const next = await openNext({ hasDirectory: true });
  assertEquals(next.job.record.status, "running");
  next.world.host.exit(next.runId, 3, next.world.clock.now());
  Deno.writeTextFileSync(`${next.paths.runsDir}/${next.runId}/exit.3`, "");
  await eventually("the end is told", () => next.job.record.status === "failed");
  assertEquals(next.warnings, []);
  await next.close();
  next.dispose();
});

Deno.test("openJobs() looks at the runs again and again where nothing tells of them", async () => {
  const next = await openNext({ hasDirectory: false });
  assertEquals(next.warnings.length, 1);
  assertStringIncludes(next.warnings[0]!, "No file notifications");
  next.world.host.exit(next.runId, 0, next.world.clock.now());
  await next.world.clock.advance(250);
  assertEquals(next.job.record.status, "exited");
  await next.close();
  next.dispose();
});

Deno.test("openJobs() sees by itself, every few seconds, what no notification told", async () => {
  const next = await openNext({ hasDirectory: true });
  next.world.host.exit(next.runId, 0, next.world.clock.now());
  await next.world.clock.advance(4_700);
  assertEquals(next.job.record.status, "running");
  await next.world.clock.advance(200);
  assertEquals(next.job.record.status, "exited");
  await next.close();
  next.dispose();
});

Deno.test("openJobs() keeps no more runs of a job than the settings say, from the end of each on", async () => {
  const next = await openNext({ hasDirectory: true });
  next.world.settings = { ...DEFAULT_SETTINGS, runsKept: 1 };
  next.job.restart();
  await next.world.clock.advance(500);
  await next.job.settled();
  await next.world.clock.advance(50);
  next.world.host.exit(`${next.job.id}-2`, 0, next.world.clock.now());
  next.job.observe();
  assertEquals(next.world.store.runs.listByJob(next.job.id).map(({ run }) => run), [2]);
  await next.close();
  next.dispose();
});

Deno.test("close() leaves the jobs to the next daemon, and nothing of ours looks at them any more", async () => {
  const next = await openNext({ hasDirectory: true });
  await next.close({ leaveWork: true });
  assertEquals([next.job.record.status, next.world.clock.pending], ["running", 0]);
  assertEquals(next.world.host.signals, []);
  next.dispose();
});

Deno.test("close() ends the jobs before it resolves", async () => {
  const next = await openNext({ hasDirectory: true });
  const closing = next.close({ leaveWork: false });
  await next.world.clock.advance(1_000);
  await closing;
  assertEquals(next.job.record.status, "stopped");
  assertEquals(next.world.host.signals[0], "group SIGTERM");
  next.dispose();
});

Deno.test("close() by force kills at once what would take its time", async () => {
  const next = await openNext({ hasDirectory: true });
  next.world.host.behaviour.ignores = ["SIGTERM"];
  const force = new AbortController();
  const closing = next.close({ leaveWork: false, signal: force.signal });
  await next.world.clock.advance(0);
  force.abort();
  await next.world.clock.advance(1_000);
  await closing;
  assertEquals(next.job.record.status, "stopped");
  next.dispose();
});
