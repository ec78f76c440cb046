import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import { AppError } from "../../base/app_error.ts";

async function up(world: FakeWorld, change: Parameters<typeof toSpec>[0] = {}) {
  const { job } = world.supervisor.add(toSpec(change));
  await world.clock.advance(5);
  assertEquals(job.record.status, "running");
  return job;
}

/** Ends a job's current run with code 0. */
function end(world: FakeWorld, job: Awaited<ReturnType<typeof up>>): void {
  world.host.exit(job.run!.runId, 0, world.clock.now());
  job.observe();
}

Deno.test("E2 add() gives its name to the job with the same command that has none, up or down", async () => {
  for (const isUp of [true, false]) {
    using world = new FakeWorld();
    const job = await up(world);
    if (!isUp) end(world, job);
    const named = world.supervisor.add(toSpec({ name: "s" }));
    assertEquals([named.job.id, named.action], [job.id, isUp ? "joined" : "started"]);
    assertEquals([world.supervisor.resolve("s").id, job.record.name], [job.id, "s"]);
    assertEquals(world.store.jobs.get(job.id)?.name, "s");
    // And the other way round.
    assertEquals(world.supervisor.add(toSpec()).job.id, job.id);
    assertEquals(job.record.name, "s");
  }
});

Deno.test("E2 add() of one command under two names makes two jobs and says so", async () => {
  using world = new FakeWorld();
  const one = await up(world, { name: "one" });
  const { job: two, action, twins } = world.supervisor.add(toSpec({ name: "two" }));
  assertEquals([action, twins.map(({ id }) => id)], ["created", [one.id]]);
  assertEquals(world.supervisor.add(toSpec({ name: "one" })).job.id, one.id);
  assertEquals(world.supervisor.add(toSpec({ name: "two" })).job.id, two.id);
  assertEquals(world.supervisor.add(toSpec({ name: "two" })).twins, []);
});

Deno.test("E2 add() gives no name away that another job has", async () => {
  using world = new FakeWorld();
  await up(world, { name: "s", command: ["other"] });
  const nameless = await up(world);
  const error = assertThrows(() => world.supervisor.add(toSpec({ name: "s" })), AppError);
  assertEquals([error.code, nameless.record.name], ["job.name_taken", null]);
  assertStringIncludes(error.hint!, "imp set");
});

Deno.test("E3 add() of a job that is up takes at once what needs no restart, and the rest for its next start", async () => {
  using world = new FakeWorld();
  const job = await up(world, { env: { A: "1", KEPT: "x" }, restart: { mode: "no" } });
  const told = world.supervisor.add(toSpec({
    env: { A: "2", B: "3", SHLVL: "4" },
    umask: 0o77,
    stdin: true,
    restart: { mode: "always" },
    stop_signal: "SIGINT",
    stop_timeout_ms: 5,
    description: "what for",
  }));
  assertEquals(told.action, "joined");
  assertEquals(told.amendment?.changed.toSorted(), [
    "description",
    "restart",
    "stop_signal",
    "stop_timeout_ms",
  ]);
  assertEquals(told.amendment?.pending.toSorted(), ["env", "stdin", "umask"]);
  assertEquals(told.amendment?.envNames, ["A", "B"]);
  assertEquals(world.events.at(-1), "job_updated running");
  assertEquals(world.host.launched.length, 1);
  // The policy holds already: its end brings it back, with what waited for a start.
  end(world, job);
  await world.clock.advance(60_000);
  const { env, umask, stdin } = world.host.launched[1]!;
  assertEquals([env, umask, stdin], [{ A: "2", B: "3", KEPT: "x" }, 0o77, true]);
});

Deno.test("E3 add() of a job that is up leaves alone what it does not say, and tells of nothing", async () => {
  using world = new FakeWorld();
  const job = await up(world, {
    restart: { mode: "always" },
    stop_timeout_ms: 5,
    stdin: true,
    description: "x",
  });
  const before = job.record;
  const { amendment } = world.supervisor.add(toSpec({ env: { ...before.env, PWD: "/elsewhere" } }));
  assertEquals([amendment?.changed, amendment?.pending], [[], []]);
  assertEquals(job.record, before);
});

Deno.test("E3 set() changes what is named, of a job that is down all of it at once", async () => {
  using world = new FakeWorld();
  const job = await up(world, { env: { A: "1", B: "2" }, description: "x" });
  const { definitions } = world.supervisor;
  const payload = { jobs: [], env: { C: "3" }, unset_env: ["A", "NEVER"], description: "" };
  const [first] = definitions.set([job], payload);
  assertEquals([first?.amendment.changed, first?.amendment.pending], [["description"], ["env"]]);
  assertEquals([job.record.env, job.record.description], [{ B: "2", C: "3" }, null]);
  assertEquals(first?.amendment.envNames, ["A", "C"]);
  end(world, job);
  const [second] = definitions.set([job], { command: ["other"], workdir: "/w" });
  assertEquals(second?.amendment.changed.toSorted(), ["command", "workdir"]);
  assertEquals(world.supervisor.add(toSpec({ command: ["other"], workdir: "/w" })).job.id, job.id);
  assertEquals(definitions.set([job], { unset_env: ["NEVER"] })[0]?.amendment.changed, []);
});

Deno.test("E3 set() refuses a command that is not there, and changes none of the jobs", async () => {
  using world = new FakeWorld();
  const [one, two] = [await up(world), await up(world, { command: ["other"] })];
  const set = () => world.supervisor.definitions.set([one, two], { command: ["missing"] });
  assertEquals(assertThrows(set, AppError).code, "command.not_found");
  assertEquals([one.record.command, two.record.command], [["serve"], ["other"]]);
});

Deno.test("E3 rename() finds the job by its new name only, and refuses what is taken", async () => {
  using world = new FakeWorld();
  const [one, two] = [await up(world, { name: "one" }), await up(world, { command: ["other"] })];
  const { definitions } = world.supervisor;
  for (const name of ["one", one.id]) {
    assertEquals(
      assertThrows(() => definitions.rename(two, name), AppError).code,
      "job.name_taken",
    );
  }
  assertThrows(() => definitions.rename(two, "a b"), AppError);
  definitions.rename(one, "uno");
  definitions.rename(one, "uno");
  definitions.rename(two, "one");
  assertEquals(world.supervisor.resolve("one").id, two.id);
  assertEquals(world.supervisor.resolve("uno").id, one.id);
  assertEquals(world.events.at(-1), "job_updated running");
});
