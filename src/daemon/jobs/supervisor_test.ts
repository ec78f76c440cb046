import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FakeWorld, refuse, started, toSpec } from "../../../tests/support/fake_world.ts";
import { AppError } from "../../base/app_error.ts";

Deno.test("add() makes a job, runs it, and tells each step after it is stored", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  assertEquals(world.events, ["job_added stopped", "job_updated starting", "job_started running"]);
  assertEquals(world.store.jobs.get(job.id)?.status, "running");
  assertEquals(world.host.launched[0]?.command, ["/bin/serve"]);
  assertEquals(job.view().pid, 101);
});

Deno.test("add() of the same command joins what is up and starts what is down, with the new definition", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  assertEquals(world.supervisor.add(toSpec()).action, "joined");
  world.host.exit(`${job.id}-1`, 0, world.clock.now());
  job.observe();
  assertEquals(job.record.status, "exited");
  const again = world.supervisor.add(toSpec({ env: { A: "2" } }));
  assertEquals([again.action, again.job.id], ["started", job.id]);
  assertEquals(world.host.launched[1]?.env, { A: "2" });
  assertEquals(again.job.record.run, 2);
});

Deno.test("add() refuses a name that is taken and a command that is not there, and makes nothing", async () => {
  using world = new FakeWorld();
  await started(world, { name: "web" });
  const codes = [
    toSpec({ name: "web", command: ["other"] }),
    toSpec({ command: ["missing"] }),
    toSpec({ name: "../x" }),
  ].map((spec) => assertThrows(() => world.supervisor.add(spec), AppError).code);
  assertEquals(codes, ["job.name_taken", "command.not_found", "job.invalid_name"]);
  assertEquals(world.supervisor.jobs.length, 1);
});

Deno.test("A1 restart() of a command that may not be signalled starts no second one until it has ended", async () => {
  using world = new FakeWorld();
  const job = await started(world, { stop_timeout_ms: 100 });
  world.host.behaviour.foreign = `${job.id}-1`;
  const restarting = world.supervisor.restart({ jobs: [job.id] });
  await world.clock.advance(1_000);
  await restarting;
  assertEquals([job.record.status, job.record.run], ["stopping", 1]);
  world.host.exit(`${job.id}-1`, 0, world.clock.now());
  job.observe();
  await world.clock.advance(5);
  assertEquals([job.record.status, job.record.run], ["running", 2]);
});

Deno.test("A1 remove() of what cannot be ended removes the others", async () => {
  using world = new FakeWorld();
  const stuck = await started(world, { stop_timeout_ms: 100 });
  const other = await started(world, { command: ["other"] });
  world.host.behaviour.foreign = `${stuck.id}-1`;
  const removing = world.supervisor.removal.remove({ all: true }, { force: true });
  await world.clock.advance(1_000);
  const { removed, survivors } = await removing;
  assertEquals(removed, [other]);
  assertEquals(survivors?.map(({ job_id, pid }) => [job_id, pid]), [[stuck.id, 101]]);
  assertEquals(world.supervisor.jobs, [stuck]);
});

Deno.test("restart() starts the next run when nothing is left of the last", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  const restarting = world.supervisor.restart({ jobs: [job.id] });
  await world.clock.advance(200);
  await restarting;
  await world.clock.advance(20);
  assertEquals([job.record.status, job.record.run], ["running", 2]);
  assertEquals(world.host.launched.length, 2);
});

Deno.test("add() and start() look for the command once, restart() once more when the old run has ended", async () => {
  using world = new FakeWorld();
  let looks = 0;
  const { resolveCommand } = world.host;
  world.host.resolveCommand = (name) => {
    looks++;
    return resolveCommand(name);
  };
  const job = await started(world);
  assertEquals(looks, 1);
  const restarting = world.supervisor.restart({ jobs: [job.id] });
  await world.clock.advance(500);
  await restarting;
  assertEquals(looks, 3);
  world.host.exit(`${job.id}-2`, 0, world.clock.now());
  job.observe();
  world.supervisor.start({ jobs: [job.id] });
  assertEquals([job.record.run, looks], [3, 4]);
});

Deno.test("suspendAll() leaves what is to be up to the next daemon, and stops the rest for good", async () => {
  using world = new FakeWorld();
  const ever = await started(world, { command: ["ever"], restart: { mode: "unless-stopped" } });
  const once = await started(world, { command: ["once"] });
  const suspending = world.supervisor.ending.suspendAll();
  await world.clock.advance(500);
  assertEquals(await suspending, []);
  assertEquals([ever.record.status, ever.record.desired], ["stopped", "up"]);
  assertEquals([once.record.status, once.record.desired], ["stopped", "down"]);
  assertEquals(world.host.launched.length, 2);
});

Deno.test("F100 restart() says that the old run's end cannot be stored, and the new one comes once it can", async () => {
  using world = new FakeWorld();
  const job = await started(world);
  const { transaction } = world.store;
  const restarting = world.supervisor.restart({ jobs: [job.id] });
  world.store.transaction = refuse;
  const refused = assertRejects(() => restarting, AppError, "The disk is full");
  await world.clock.advance(500);
  await refused;
  assertEquals([job.record.status, job.record.run], ["stopping", 1]);
  world.store.transaction = transaction;
  world.supervisor.observer.observeAll();
  await world.clock.advance(5);
  assertEquals([job.record.status, job.record.run], ["running", 2]);
});

Deno.test("remove() refuses what is up, all or nothing, unless forced", async () => {
  using world = new FakeWorld();
  const up = await started(world, { command: ["up"], name: "up" });
  const down = await started(world, { command: ["down"], name: "down" });
  world.host.exit(`${down.id}-1`, 0, world.clock.now());
  down.observe();
  const selection = { jobs: ["up", "down"] };
  const error = await assertRejects(() => world.supervisor.removal.remove(selection), AppError);
  assertEquals([error.code, world.supervisor.jobs.length], ["job.is_up", 2]);
  const removing = world.supervisor.removal.remove(selection, { force: true });
  await world.clock.advance(500);
  assertEquals((await removing).removed.map((job) => job.id), [up.id, down.id]);
  assertEquals(world.store.jobs.all(), []);
});

Deno.test("resolve() takes ids, names and unambiguous beginnings, and says why it cannot", async () => {
  using world = new FakeWorld();
  const job = await started(world, { name: "web" });
  for (const reference of [job.id, "web", job.id.slice(0, 2)]) {
    assertEquals(world.supervisor.resolve(reference).id, job.id);
  }
  for (let index = 0; index < 60; index++) await started(world, { command: [`c${index}`] });
  const first = new Map<string, number>();
  for (const { id } of world.supervisor.jobs) first.set(id[0]!, (first.get(id[0]!) ?? 0) + 1);
  const shared = [...first].find(([, count]) => count > 1)![0];
  assertEquals(
    assertThrows(() => world.supervisor.resolve(shared), AppError).code,
    "job.ambiguous",
  );
  for (const reference of ["", "nope"]) {
    assertEquals(
      assertThrows(() => world.supervisor.resolve(reference), AppError).code,
      "job.not_found",
    );
  }
});
