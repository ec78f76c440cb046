/** How jobs of a project go down, over a fake operating system with time in the test's hand. */
import { assertEquals } from "@std/assert";
import { toProjectJob } from "../../../tests/support/project.ts";
import { ProjectWorld } from "../../../tests/support/project_world.ts";

const need = (job: string, state: "started" | "ready" | "completed" = "ready") => ({
  ...{ job, for: state },
});

Deno.test("stop() ends each after those that need it, and what waits at once", async () => {
  using world = new ProjectWorld();
  await world.apply([
    toProjectJob("db"),
    toProjectJob("api", { depends_on: [need("db")] }),
    toProjectJob("web", { depends_on: [need("api")] }),
    toProjectJob("seed", { task: true, depends_on: [need("web")] }),
    toProjectJob("last", { depends_on: [need("seed", "completed")] }),
  ]);
  const ended: string[] = [];
  world.bus.listen("test", ({ event, data }) => {
    if (event === "job_stopped") ended.push(data.name as string);
  });
  const stopping = world.projects.stop({ all: true }, {});
  assertEquals(world.job("last").record.desired, "down");
  assertEquals(world.job("db").record.status, "running");
  await world.clock.advance(1_000);
  assertEquals((await stopping).survivors, []);
  assertEquals(ended, ["seed", "web", "api", "db"]);
  assertEquals(world.supervisor.isIdle, true);
});

Deno.test("stop() ends a job after those that need it through tasks that are done, or through others", async () => {
  for (const chosen of [{ all: true as const }, { jobs: ["db", "api"] }]) {
    using world = new ProjectWorld();
    await world.apply([
      toProjectJob("db"),
      toProjectJob("migrate", { task: true, depends_on: [need("db")] }),
      toProjectJob("api", { depends_on: [need("migrate", "completed")] }),
    ]);
    await world.end("migrate", 0);
    assertEquals(world.states, { db: "running 1", migrate: "exited 1", api: "running 1" });
    const ended: string[] = [];
    world.bus.listen("test", ({ event, data }) => {
      if (event === "job_stopped") ended.push(data.name as string);
    });
    const stopping = world.projects.stop(chosen, {});
    await world.clock.advance(1_000);
    assertEquals([(await stopping).survivors, ended], [[], ["api", "db"]]);
  }
});

Deno.test("the next daemon goes on with a stop in order, and starts nothing that was to end", async () => {
  using world = new ProjectWorld();
  await world.apply([
    toProjectJob("db"),
    toProjectJob("api", { depends_on: [need("db")], restart: { mode: "always" } }),
    toProjectJob("web", { depends_on: [need("api")] }),
    toProjectJob("other"),
  ]);
  world.projects.stop({ jobs: ["web", "api", "db"] }, {}).catch(() => {});
  assertEquals(world.job("web").record.status, "stopping");
  world.projects[Symbol.dispose]();
  world.supervisor.release();
  const next = world.createSupervisor();
  const ended: string[] = [];
  world.bus.listen("test", ({ event, data }) => {
    if (event === "job_stopped") ended.push(data.name as string);
  });
  for (const record of world.store.jobs.all()) {
    next.restore(record, world.store.runs.latest(record.id)).adopt();
  }
  world.supervisorInUse = next;
  using _projects = world.createProjects(next);
  await world.clock.advance(5_000);
  assertEquals(ended, ["web", "api", "db"]);
  assertEquals(
    next.jobs.map(({ record: { name, status, desired } }) => `${name} ${status} ${desired}`),
    ["db stopped down", "other running up", "api stopped down", "web stopped down"],
  );
  next.release();
});

Deno.test("what is wanted up again while others are stopped stays up", async () => {
  using world = new ProjectWorld();
  const jobs = [toProjectJob("db"), toProjectJob("api", { depends_on: [need("db")] })];
  await world.apply(jobs);
  const stopping = world.projects.stop({ all: true }, {});
  await world.apply(jobs, { up: ["db"] });
  await world.clock.advance(1_000);
  assertEquals((await stopping).jobs.map(({ record }) => record.name), ["api", "db"]);
  assertEquals(world.states, { db: "running 1", api: "stopped 1" });
});
