/** What goes wrong with one job keeps nothing from the others. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import type { Job } from "./job.ts";

/** Three jobs that run; what is to be stored of the first is refused from now on. */
async function open() {
  const world = new FakeWorld();
  const jobs = ["first", "second", "third"].map((name) =>
    world.supervisor.add(toSpec({ name, command: [name] })).job
  );
  await world.clock.advance(50);
  const { jobs: table } = world.store;
  const update = table.update.bind(table);
  table.update = (record) => {
    if (record.id === jobs[0]!.id) throw new Error("a row that cannot be written");
    return update(record);
  };
  return { world, jobs, [Symbol.dispose]: () => world[Symbol.dispose]() };
}

const statusesOf = (jobs: Job[]) => jobs.map(({ record }) => record.status);

Deno.test("stop() stops the others when one cannot be stopped, and says so", async () => {
  using it = await open();
  const stopped = it.world.supervisor.stop({ jobs: [], all: true });
  const failed = assertRejects(() => stopped, Error, "cannot be written");
  await it.world.clock.advance(60_000);
  await failed;
  assertEquals(statusesOf(it.jobs), ["running", "stopped", "stopped"]);
});

Deno.test("start() and restart() reach the others when one cannot be started", async () => {
  using it = await open();
  const { supervisor, clock } = it.world;
  const restarted = supervisor.restart({ jobs: [], all: true });
  const failed = assertRejects(() => restarted, Error, "cannot be written");
  await clock.advance(60_000);
  await failed;
  assertEquals(it.jobs.map(({ record }) => record.run), [1, 2, 2]);
  for (const job of it.jobs) it.world.host.exit(`${job.id}-${job.record.run}`, 0, clock.now());
  supervisor.observer.observeAll();
  assertEquals(statusesOf(it.jobs), ["running", "exited", "exited"]);
  assertThrows(() => supervisor.start({ jobs: [], all: true }), Error, "cannot be written");
  await clock.advance(50);
  assertEquals(it.jobs.map(({ record }) => record.run), [1, 3, 3]);
});

Deno.test("remove() removes the others when one cannot be removed", async () => {
  using it = await open();
  const { supervisor, clock, store } = it.world;
  for (const job of it.jobs.slice(1)) it.world.host.exit(`${job.id}-1`, 0, clock.now());
  supervisor.observer.observeAll();
  const { jobs: table } = store;
  const remove = table.delete.bind(table);
  table.delete = (id) => {
    if (id === it.jobs[1]!.id) throw new Error("a row that cannot be deleted");
    return remove(id);
  };
  const down = it.jobs.slice(1).map(({ id }) => id);
  await assertRejects(() => supervisor.removal.remove({ jobs: down }), Error, "cannot be deleted");
  assertEquals(supervisor.jobs.map(({ record }) => record.name), ["first", "second"]);
});
