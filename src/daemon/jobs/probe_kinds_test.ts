/** What each kind of probe makes of a job that never serves, that ends first, and that does and does not by turns. */
import { assertEquals } from "@std/assert";
import type { FakeProbes } from "../../../tests/support/fake_probes.ts";
import { FakeWorld, toSpec } from "../../../tests/support/fake_world.ts";
import type { HealthCheck, ReadyCheck } from "../../protocol/readiness.ts";

/** A kind, and what the world is like while such a probe finds that it serves, and while it does not. */
interface Kind {
  readonly check: ReadyCheck & HealthCheck | Extract<ReadyCheck, { kind: "log" }>;
  readonly serve: (probes: FakeProbes, runId: string) => void;
  readonly fail: (probes: FakeProbes) => void;
  /** Why it is not ready. */
  readonly why: string;
}

const KINDS: readonly Kind[] = [
  {
    check: { kind: "http", url: "http://localhost:8080/health" },
    serve: (probes) => probes.status = 204,
    fail: (probes) => probes.status = 503,
    why: "it answered 503",
  },
  {
    check: { kind: "tcp", port: 5432 },
    serve: (probes) => probes.status = 200,
    fail: (probes) => probes.status = undefined,
    why: "connection refused",
  },
  {
    check: { kind: "command", script: "pg_isready" },
    serve: (probes) => probes.command = { code: 0, signal: null, said: "", output: "" },
    fail: (probes) => probes.command = { code: 2, signal: null, said: "no response", output: "" },
    why: "exit code 2: no response",
  },
  {
    check: { kind: "ports" },
    serve: (probes) => probes.ports = [8080],
    fail: (probes) => probes.ports = [],
    why: "it listens on no port",
  },
  {
    check: { kind: "log", regex: "^up$" },
    serve: (probes, runId) => probes.output.set(runId, ["up"]),
    fail: (probes) => probes.output.clear(),
    why: "no such line in its output",
  },
];

/** A world in which a job was just started that does not serve yet. */
async function openKind({ fail }: Kind, spec: { ready?: ReadyCheck; health?: HealthCheck }) {
  const world = new FakeWorld();
  fail(world.probes);
  world.watch();
  const { job } = world.supervisor.add(toSpec(spec));
  await world.clock.advance(5);
  const waiting = world.supervisor.waitFor([job], {
    condition: "ready",
    signal: new AbortController().signal,
  });
  const told = () =>
    world.events.filter((event) => /ready/.test(event)).map((event) => event.split(" ")[0]);
  return { world, job, waiting, told, [Symbol.dispose]: () => world[Symbol.dispose]() };
}

for (const kind of KINDS) {
  const { check, serve, fail, why } = kind;
  Deno.test(`a job whose probe (${check.kind}) finds for ever that it does not serve is not ready, and who waits hears why`, async () => {
    using its = await openKind(kind, { ready: { ...check, within_ms: 2_000 } });
    await its.world.clock.advance(2_100);
    const { jobs: [found] } = await its.waiting;
    const reason = `not ready within 2s: ${why}`;
    assertEquals([found!.status, found!.ready, found!.unready_reason], ["running", false, reason]);
    assertEquals(its.told(), ["job_unready"]);
  });

  Deno.test(`a job that ends before its probe (${check.kind}) finds that it serves ends the wait at once`, async () => {
    using its = await openKind(kind, { ready: check });
    await its.world.clock.advance(700);
    its.world.host.exit(its.job.run!.runId, 7, its.world.clock.now());
    its.job.observe();
    await its.world.clock.advance(0);
    const { jobs: [found] } = await its.waiting;
    assertEquals([found!.status, found!.exit_code, found!.ready], ["failed", 7, false]);
    assertEquals(its.told(), []);
    const { length } = its.world.probes.tried;
    await its.world.clock.advance(60_000);
    assertEquals(its.world.probes.tried.length, length, "nobody asks what is over");
  });

  if (check.kind === "log") continue;

  Deno.test(`a job that serves by turns is ready only after as many successes in a row as asked (${check.kind})`, async () => {
    using its = await openKind(kind, { ready: { ...check, retries: 2, interval_ms: 100 } });
    const runId = its.job.run!.runId;
    for (let turn = 0; turn < 5; turn++) {
      serve(its.world.probes, runId);
      await its.world.clock.advance(100);
      fail(its.world.probes);
      await its.world.clock.advance(100);
    }
    assertEquals([its.job.view().ready, its.told()], [false, []]);
    serve(its.world.probes, runId);
    await its.world.clock.advance(200);
    assertEquals([its.job.view().ready, its.told()], [true, ["job_ready"]]);
  });

  Deno.test(`a job that is well by turns is told as that, once a turn, and goes on (${check.kind})`, async () => {
    const health = { ...check, retries: 2, interval_ms: 1_000 };
    using its = await openKind(kind, { ready: { kind: "delay", ms: 0 }, health });
    for (let turn = 0; turn < 3; turn++) {
      serve(its.world.probes, its.job.run!.runId);
      await its.world.clock.advance(4_000);
      fail(its.world.probes);
      await its.world.clock.advance(4_000);
    }
    const turns = Array.from({ length: 3 }, () => ["job_ready", "job_unready"]).flat();
    assertEquals([its.told(), its.job.record.run], [turns, 1]);
    assertEquals(its.job.view().unready_reason, `not healthy: 2 times in a row, ${why}`);
  });
}

Deno.test("a job that ends before its delay is over was not ready, and ends the wait", async () => {
  using its = await openKind({ ...KINDS[0]!, fail: () => {} }, {
    ready: { kind: "delay", ms: 2_000 },
  });
  await its.world.clock.advance(1_900);
  its.world.host.exit(its.job.run!.runId, 7, its.world.clock.now());
  its.job.observe();
  await its.world.clock.advance(200);
  const { jobs: [found] } = await its.waiting;
  assertEquals([found!.exit_code, found!.ready, its.told()], [7, false, []]);
});
