import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import { AppError } from "../../base/app_error.ts";
import type { Job } from "./job.ts";
import { withoutPorts } from "./job_ports.ts";

type Holder = FakeWorld["host"]["portHolders"][number];

function holderOf(port: number, change: Partial<Holder> = {}): Holder {
  const who = { pid: 4_711, command: "node server.js", user: "ann", run: undefined };
  return { port, address: "127.0.0.1", ...who, ...change };
}

async function up(world: FakeWorld, change: Parameters<typeof toSpec>[0] = {}): Promise<Job> {
  const { job } = world.supervisor.add(toSpec(change));
  await world.clock.advance(5);
  assertEquals(job.record.status, "running");
  return job;
}

/** Ends a job's current run. */
function end(world: FakeWorld, job: Job, code = 0): void {
  world.host.exit(job.run!.runId, code, world.clock.now());
  job.observe();
}

function portOf(job: Job, name = "http"): number {
  return job.view().ports_declared!.find((port) => port.name === name)!.port!;
}

Deno.test("a job is told its ports by variables and in its words, and what was set by hand counts more", async () => {
  using world = new FakeWorld();
  await up(world, {
    command: ["serve", "--port=${ports.http}", "${ports.other}"],
    env: { URL: "http://localhost:${ports.http}", PORT_DEBUG: "1" },
    ports: { http: 3_000, debug: 9_229 },
  });
  const { command, env } = world.host.launched[0]!;
  assertEquals(command.slice(1), ["--port=3000", "${ports.other}"]);
  assertEquals(env, { URL: "http://localhost:3000", PORT_HTTP: "3000", PORT_DEBUG: "1" });
  await up(world, { command: ["one"], env: { PORT: "" }, ports: { pg: 5_432 } });
  assertEquals(world.host.launched[1]!.env, { PORT: "", PORT_PG: "5432" });
});

Deno.test("a job without ports gets its words and its environment as they are", async () => {
  using world = new FakeWorld();
  await up(world, { command: ["serve", "${ports.http}"], ports: {} });
  assertEquals(world.host.launched[0]!.command.slice(1), ["${ports.http}"]);
  assertEquals(world.host.launched[0]!.env, { A: "1" });
  assertEquals(world.supervisor.jobs[0]!.view().ports_declared, undefined);
});

Deno.test("a port that was found is kept: from run to run, by the next daemon, and without others", async () => {
  using world = new FakeWorld();
  const job = await up(world, { name: "api", ports: { http: "auto", admin: "auto" } });
  const ports = [portOf(job), portOf(job, "admin")];
  assert(ports[0] !== ports[1] && ports.every((port) => port >= 20_000 && port < 30_000));
  assertEquals(world.host.launched[0]!.env.PORT_HTTP, String(ports[0]));
  end(world, job);
  world.supervisor.start({ jobs: ["api"] });
  assertEquals([portOf(job), portOf(job, "admin")], ports);
  const next = world.createSupervisor();
  const restored = next.restore(world.store.jobs.get(job.id)!, job.run);
  assertEquals([portOf(restored), portOf(restored, "admin")], ports);
  next.release();
});

Deno.test("two jobs never get the same port, also when both would", async () => {
  using world = new FakeWorld();
  const one = await up(world, { name: "api", ports: { http: "auto" } });
  world.supervisor.definitions.rename(one, "other");
  const two = await up(world, { name: "api", command: ["second"], ports: { http: "auto" } });
  assertEquals(portOf(two), portOf(one) + 1);
});

Deno.test("a port that was found moves only when somebody else holds it at a start, and that is told", async () => {
  using world = new FakeWorld();
  const job = await up(world, { name: "api", ports: { http: "auto" } });
  const port = portOf(job);
  end(world, job);
  world.host.portHolders.push(holderOf(port));
  job.start();
  const moved = job.view().ports_declared![0]!;
  assertEquals([moved.port, moved.moved_from, moved.auto], [port + 1, port, true]);
  assertEquals(world.host.launched.at(-1)!.env.PORT, String(port + 1));
  end(world, job);
  world.host.portHolders.pop();
  job.start();
  assertEquals(job.view().ports_declared![0]!.moved_from, undefined, "it was told once");
  assertEquals(portOf(job), port + 1);
});

Deno.test("a port that is held is named with its holder, and nothing is made or started", async () => {
  using world = new FakeWorld();
  world.host.portHolders.push(holderOf(3_000));
  const add = () => world.supervisor.add(toSpec({ ports: { http: 3_000 } }));
  const error = assertThrows(add, AppError);
  assertEquals(error.code, "job.port_taken");
  const message = "Port 3000 is held by pid 4711 (node server.js), which is no job of imp";
  assertEquals(error.message, message);
  assertStringIncludes(error.hint!, "kill 4711");
  assertStringIncludes(error.hint!, "--port http=auto");
  assertEquals([world.supervisor.jobs, world.events], [[], []]);
  world.host.portHolders.pop();
  const job = await up(world, { ports: { http: 3_000 } });
  end(world, job);
  world.host.portHolders.push(holderOf(3_000, { pid: null, command: null, user: "root" }));
  const again = assertThrows(() => world.supervisor.start({ jobs: [job.id] }), AppError);
  assertEquals(
    again.message,
    "Port 3000 is held by a process of user root, which is no job of imp",
  );
  assertEquals([job.record.status, world.host.launched.length], ["exited", 1]);
});

Deno.test("the holder of a port is named by its job, of this daemon, of another, or a run that is over", async () => {
  using world = new FakeWorld();
  const other = await up(world, { name: "api" });
  const refusal = (run: Holder["run"], id?: string) => {
    world.host.portHolders.splice(0, 1, holderOf(3_000, { run }));
    const act = id === undefined
      ? () => world.supervisor.add(toSpec({ command: ["second"], ports: { http: 3_000 } }))
      : () => world.supervisor.start({ jobs: [id] });
    return assertThrows(act, AppError).message.replace(/^.*\), /, "");
  };
  const mark = { stateDir: "/state", jobId: other.id, runId: other.run!.runId };
  assertEquals(refusal(mark), `job ${other.id} (api)`);
  assertEquals(refusal({ ...mark, stateDir: "/x/shop-1" }), `job ${other.id} of daemon shop-1`);
  assertEquals(refusal({ ...mark, jobId: "", runId: "exec" }), "a command of imp exec");
});

Deno.test("what an earlier run has left at a port is ended before the start; what has let go is named", async () => {
  using world = new FakeWorld();
  const job = await up(world, { ports: { http: 3_000 } });
  const { runId } = job.run!;
  const stray = world.host.stray(runId, { hasLetGo: true });
  end(world, job);
  await world.clock.advance(100);
  const run = { stateDir: "/state", jobId: job.id, runId };
  world.host.portHolders.push(holderOf(3_000, { pid: stray.pid, run }));
  world.supervisor.start({ jobs: [job.id] });
  assertEquals(job.record.status, "failed");
  assertStringIncludes(
    job.record.reason!,
    `pid ${stray.pid} (node server.js), which an earlier run`,
  );
  assertEquals(world.host.launched.length, 1);
});

Deno.test("a job whose port is taken later is started again by its policy, with the reason told", async () => {
  using world = new FakeWorld();
  const job = await up(world, { ports: { http: 3_000 }, restart: { mode: "on-failure", max: 3 } });
  world.host.portHolders.push(holderOf(3_000));
  end(world, job, 1);
  await world.clock.advance(1_500);
  assertEquals(job.record.status, "backoff");
  assertStringIncludes(job.record.reason!, "Port 3000 is held by pid 4711");
  world.host.portHolders.pop();
  await world.clock.advance(5_000);
  assertEquals([job.record.status, job.record.reason], ["running", null]);
});

Deno.test("a port that another job declares which is up is taken, whether that listens or not", async () => {
  using world = new FakeWorld();
  const one = await up(world, { name: "api", ports: { http: 3_000 } });
  const add = () => world.supervisor.add(toSpec({ command: ["second"], ports: { web: 3_000 } }));
  const error = assertThrows(add, AppError);
  assertEquals(error.message, `Port 3000 is declared by job ${one.id} (api), which is up`);
  end(world, one);
  assertEquals(add().action, "created");
});

Deno.test("set() adds and takes ports, and they are no part of an inherited environment any more", async () => {
  using world = new FakeWorld();
  const job = await up(world, { env: { PORT: "77", PORT_HTTP: "1" } });
  const { definitions } = world.supervisor;
  const set = (payload: Partial<Parameters<typeof definitions.set>[1]>) =>
    definitions.set([job], { jobs: [job.id], ...payload })[0]!.amendment;
  const { pending, envNames } = set({ ports: { http: "auto" } });
  assertEquals([pending, envNames], [["ports", "env"], ["PORT", "PORT_HTTP"]]);
  assertEquals(job.view().ports_declared![0]!.port, null);
  end(world, job);
  job.start();
  assertEquals(world.host.launched.at(-1)!.env.PORT, String(portOf(job)));
  set({ env: { PORT: "88" }, ports: { pg: 5_432 } });
  assertEquals(job.record.ports, { http: "auto", pg: 5_432 });
  set({ unset_ports: ["http", "pg"] });
  assertEquals([job.record.ports, job.record.env], [null, { PORT: "88" }]);
});

Deno.test("the PORT of whoever calls is no change of a job that has ports", async () => {
  using world = new FakeWorld();
  const job = await up(world, { env: {}, ports: { http: 3_000 } });
  const { amendment } = world.supervisor.add(toSpec({ env: { PORT: "77" } }));
  assertEquals([amendment?.changed, amendment?.pending, job.record.env], [[], [], {}]);
  const byHand = world.supervisor.add(toSpec({ env: { PORT: "77" }, ports: { http: 3_001 } }));
  assertEquals(byHand.amendment?.pending.toSorted(), ["env", "ports"]);
  assertEquals(job.record.env, { PORT: "77" });
});

Deno.test("a job is told the ports of others by their names, also of those that were not started yet", async () => {
  using world = new FakeWorld();
  const db = await up(world, { name: "db", ports: { pg: 5_432 } });
  end(world, db);
  world.supervisor.definitions.set([db], { jobs: ["db"], ports: { admin: "auto" } });
  const env = { DB: "${jobs.db.ports.pg} ${jobs.db.ports.admin}", OTHER: "${jobs.nope.ports.pg}" };
  await up(world, { command: ["api", "${jobs.db.ports.nope}"], env });
  const { command, env: given } = world.host.launched.at(-1)!;
  assertEquals(given, { ...env, DB: `5432 ${portOf(db, "admin")}` });
  assertEquals(command[1], "${jobs.db.ports.nope}");
  const admin = portOf(db, "admin");
  db.start();
  assertEquals(portOf(db, "admin"), admin, "what was told holds");
});

Deno.test("what its ports gave a job is no part of the environment that is found again without the store", () => {
  const portNumbers = { http: { port: 20_001 } };
  const env = { PORT: "20001", PORT_HTTP: "1", A: "20001" };
  assertEquals(withoutPorts({ ports: { http: "auto" }, portNumbers, env }), {
    PORT_HTTP: "1",
    A: "20001",
  });
  assertEquals(withoutPorts({ ports: null, portNumbers: null, env }), env);
});

Deno.test("a port may be called like what every object has", async () => {
  using world = new FakeWorld();
  const db = await up(world, { name: "db", env: {} });
  end(world, db);
  const ports = { constructor: "auto" as const };
  world.supervisor.definitions.set([db], { jobs: ["db"], ports });
  assertEquals(db.view().ports_declared![0]!.port, null);
  await up(world, { command: ["api"], env: { DB: "${jobs.db.ports.constructor}" } });
  assertEquals(world.host.launched.at(-1)!.env.DB, String(portOf(db, "constructor")));
});

Deno.test("a port with a preferred number has that whenever it is free at a start that somebody asked for", async () => {
  using world = new FakeWorld();
  const restart = { mode: "on-failure" as const };
  const job = await up(world, { name: "api", ports: { http: { prefer: 3_000 } }, restart });
  assertEquals([portOf(job), job.view().ports_declared![0]!.auto], [3_000, true]);
  end(world, job);
  world.host.portHolders.push(holderOf(3_000));
  job.start();
  const other = portOf(job);
  assert(other >= 20_000);
  assertEquals(job.view().ports_declared![0]!.moved_from, 3_000);
  end(world, job);
  job.start();
  const kept = job.view().ports_declared![0]!;
  assertEquals([kept.port, kept.moved_from], [other, 3_000], "told as long as it is so");
  const second = await up(world, { command: ["second"], ports: { http: { prefer: other } } });
  assert(portOf(second) !== other, "two jobs cannot have it");
  world.host.portHolders.pop();
  await world.clock.advance(5);
  end(world, job, 1);
  await world.clock.advance(5_000);
  assertEquals([job.record.status, job.record.restarts, portOf(job)], ["running", 1, other]);
  job.restart();
  end(world, job);
  await world.clock.advance(5);
  const back = job.view().ports_declared![0]!;
  assertEquals([back.port, back.moved_from], [3_000, undefined]);
  end(world, job);
  job.start();
  assertEquals(portOf(job), 3_000);
});
