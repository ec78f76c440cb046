import { assertEquals, assertRejects } from "@std/assert";
import { toSpec } from "../../../tests/support/fake_world.ts";
import { AppError } from "../../base/app_error.ts";
import { toApply, toProjectJob } from "../../../tests/support/project.ts";
import { ProjectWorld } from "../../../tests/support/project_world.ts";

const need = (
  job: string,
  state: "started" | "ready" | "completed" = "ready",
  restart = false,
) => ({
  job,
  for: state,
  restart,
});

Deno.test("apply() stores all of the project before anything starts, and starts each when what it needs is there", async () => {
  using world = new ProjectWorld();
  const shop = [
    toProjectJob("api", { depends_on: [need("db"), need("migrate", "completed")] }),
    toProjectJob("migrate", { task: true, depends_on: [need("db")] }),
    toProjectJob("db"),
  ];
  const before = world.host.launched.length;
  const applied = await world.apply(shop);
  assertEquals(applied, { db: "start", migrate: "start", api: "start" });
  assertEquals(world.events.slice(0, 4), [
    "job_added stopped",
    "job_added stopped",
    "job_added stopped",
    "project_applied undefined",
  ]);
  assertEquals(world.states, { db: "running 1", migrate: "running 1", api: "stopped 0" });
  assertEquals(world.job("api").view().waiting_for, [
    { job: "migrate", for: "completed", problem: null },
  ]);
  await world.end("migrate", 0);
  assertEquals(world.states, { db: "running 1", migrate: "exited 1", api: "running 1" });
  assertEquals(world.job("api").view().waiting_for, undefined);
  assertEquals(world.host.launched.length - before, 3);
  assertEquals(world.host.launched[0]!.env, { HOME: "/home/ann" });
});

Deno.test("apply() of what is up and unchanged does nothing, whatever the environment of the caller", async () => {
  using world = new ProjectWorld();
  const shop = [
    toProjectJob("install", { task: true, inputs: "i1" }),
    toProjectJob("prepare", { task: true }),
    toProjectJob("api", {
      depends_on: [need("install", "completed"), need("prepare", "completed")],
    }),
  ];
  await world.apply(shop);
  await world.end("install", 0);
  await world.end("prepare", 0);
  assertEquals(world.job("api").record.status, "running");
  const events = world.events.length;
  const applied = await world.apply(shop, { env: { HOME: "/home/bob", TERM: "x" } });
  assertEquals(applied, { install: "done", prepare: "done", api: "keep" });
  assertEquals(world.job("api").record.run, 1);
  // Tasks that are down have the environment of whoever asked last; nothing else is told.
  assertEquals(world.events.slice(events), [
    ...["job_updated exited", "job_updated exited", "project_applied undefined"],
  ]);
});

Deno.test("a task runs again when something that needs it is to start, unless its inputs say that it is fresh", async () => {
  using world = new ProjectWorld();
  const shop = (inputs: string) => [
    toProjectJob("install", { task: true, inputs }),
    toProjectJob("prepare", { task: true }),
    toProjectJob("api", {
      depends_on: [need("install", "completed"), need("prepare", "completed")],
    }),
  ];
  await world.apply(shop("i1"));
  await world.end("install", 0);
  await world.end("prepare", 0);
  await world.end("api", 0);
  assertEquals(await world.apply(shop("i1")), { install: "done", prepare: "start", api: "start" });
  assertEquals(world.states, { install: "exited 1", prepare: "running 2", api: "exited 1" });
  await world.end("prepare", 0);
  assertEquals(world.states, { install: "exited 1", prepare: "exited 2", api: "running 2" });
  // What it is made from has changed: it runs, although all that needs it is up.
  assertEquals(await world.apply(shop("i2")), { install: "start", prepare: "done", api: "keep" });
  await world.end("install", 1);
  assertEquals(await world.apply(shop("i2")), { install: "start", prepare: "done", api: "keep" });
});

Deno.test("what depends on what has failed waits and says why, the rest goes on, and it comes up once that is mended", async () => {
  using world = new ProjectWorld();
  await world.apply([
    toProjectJob("migrate", { task: true }),
    toProjectJob("api", { depends_on: [need("migrate", "completed")] }),
    toProjectJob("web", { depends_on: [need("api")] }),
    toProjectJob("db"),
  ]);
  await world.end("migrate", 3);
  const { status, desired, waiting_for } = world.job("api").view();
  assertEquals([status, desired], ["stopped", "up"]);
  assertEquals(waiting_for, [{ job: "migrate", for: "completed", problem: "failed (3)" }]);
  assertEquals(world.job("web").view().waiting_for, [{ job: "api", for: "ready", problem: null }]);
  assertEquals(world.job("db").record.status, "running");
  assertEquals(world.events.filter((event) => event.startsWith("job_waiting")).length, 3);
  world.supervisor.start({ jobs: ["migrate"] });
  await world.clock.advance(5);
  await world.end("migrate", 0);
  assertEquals(world.states, {
    ...{ migrate: "exited 2", api: "running 1", web: "running 1", db: "running 1" },
  });
});

Deno.test("apply() restarts only what its digests say, in order, and changes the rest at once", async () => {
  using world = new ProjectWorld();
  const shop = (version: string, description: string) => [
    toProjectJob("db", { restart_digests: { env: version }, env: { V: version } }),
    toProjectJob("api", { depends_on: [need("db", "ready", true)] }),
    toProjectJob("web", { depends_on: [need("db")], description, live_digests: { description } }),
  ];
  await world.apply(shop("1", "old"));
  const wanted = toApply(shop("2", "new"), { up: ["api", "web"], dry_run: true });
  const dry = await world.projects.apply(wanted);
  assertEquals(dry.map(({ name, action, changed }) => [name, action, changed]), [
    ["db", "restart", ["env"]],
    ["api", "restart", []],
    ["web", "keep", ["description"]],
  ]);
  assertEquals(world.states, { db: "running 1", api: "running 1", web: "running 1" });
  await world.apply(shop("2", "new"));
  await world.clock.advance(100);
  assertEquals(world.states, { db: "running 2", api: "running 2", web: "running 1" });
  assertEquals(world.host.launched.map(({ command }) => command[0]!.split("/").at(-1)).slice(3), [
    ...["db", "api"],
  ]);
  assertEquals(world.job("web").record.description, "new");
  assertEquals(world.job("db").record.env, { HOME: "/home/ann", V: "2" });
});

Deno.test("what was started again by hand starts again those whose edge says so, when it is ready", async () => {
  using world = new ProjectWorld();
  await world.apply([
    toProjectJob("db"),
    toProjectJob("api", { depends_on: [need("db", "ready", true)] }),
    toProjectJob("web", { depends_on: [need("db")] }),
  ]);
  const restarted = world.supervisor.restart({ jobs: ["db"] });
  await world.clock.advance(200);
  await restarted;
  assertEquals(world.states, { db: "running 2", api: "running 2", web: "running 1" });
});

Deno.test("apply() touches no job that was added by hand, and refuses a name that one has", async () => {
  using world = new ProjectWorld();
  world.supervisor.add(toSpec({ name: "api", command: ["other"] }));
  world.supervisor.add(toSpec({ name: "hand", command: ["web"] }));
  await world.clock.advance(5);
  const error = await assertRejects(() => world.apply([toProjectJob("api")]), AppError);
  assertEquals(error.code, "job.name_taken");
  await world.apply([toProjectJob("web")], { prune: true });
  assertEquals(world.states, { api: "running 1", hand: "running 1", web: "running 1" });
});

Deno.test("apply() names what is in the file no more, and removes it with prune", async () => {
  using world = new ProjectWorld();
  await world.apply([toProjectJob("api"), toProjectJob("old")]);
  assertEquals(await world.apply([toProjectJob("api")]), { api: "keep", old: "leave" });
  const pruning = world.apply([toProjectJob("api")], { prune: true });
  await world.clock.advance(200);
  assertEquals(await pruning, { api: "keep", old: "remove" });
  assertEquals(world.states, { api: "running 1" });
});

Deno.test("apply() leaves what is up, is different and was not asked for, until it is", async () => {
  using world = new ProjectWorld();
  const shop = (version: string) => [
    toProjectJob("api", { restart_digests: { version } }),
    toProjectJob("web", { restart_digests: { version } }),
  ];
  await world.apply(shop("1"));
  assertEquals(await world.apply(shop("2"), { up: ["api"] }), { api: "restart", web: "leave" });
  await world.clock.advance(100);
  assertEquals(world.states, { api: "running 2", web: "running 1" });
  assertEquals(await world.apply(shop("2"), { up: [], only_up: true }), {
    ...{ api: "keep", web: "restart" },
  });
});

Deno.test("apply() starts nothing that is to be confirmed, and nothing else then either", async () => {
  using world = new ProjectWorld();
  const shop = [
    toProjectJob("db"),
    toProjectJob("wipe", { task: true, confirm: true, depends_on: [need("db")] }),
  ];
  const error = await assertRejects(() => world.apply(shop), AppError);
  assertEquals([error.code, world.supervisor.jobs.length], ["project.unconfirmed", 0]);
  assertEquals(await world.apply(shop, { up: ["db"] }), { db: "start", wipe: "rest" });
  assertEquals(await world.apply(shop, { confirmed: ["wipe"] }), { db: "keep", wipe: "start" });
});

Deno.test("the next daemon finishes a plan, and starts nothing twice", async () => {
  using world = new ProjectWorld();
  await world.apply([
    toProjectJob("migrate", { task: true }),
    toProjectJob("api", { depends_on: [need("migrate", "completed")] }),
  ]);
  world.projects[Symbol.dispose]();
  world.supervisor.release();
  const next = world.createSupervisor();
  for (const record of world.store.jobs.all()) {
    next.restore(record, world.store.runs.latest(record.id)).adopt();
  }
  const find = (name: string) => next.resolve(name);
  world.supervisorInUse = next;
  using _projects = world.createProjects(next);
  await world.clock.advance(10);
  assertEquals([find("migrate").run!.run, find("api").record.status], [1, "stopped"]);
  world.host.exit(find("migrate").run!.runId, 0, world.clock.now());
  find("migrate").observe();
  await world.clock.advance(10);
  assertEquals([find("migrate").run!.run, find("api").record.status], [1, "running"]);
  next.release();
});
