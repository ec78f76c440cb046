import type { DaemonClient } from "../../../src/client/client.ts";
import type { BenchCase } from "../bench_case.ts";
import { resolvePaths } from "../../../src/platform/paths.ts";
import { cpuTimeMs } from "../process_figures.ts";
import type { BenchWorld } from "../bench_world.ts";
import { expectSuccess } from "../imp_contender.ts";
import { toRow } from "../single_row.ts";

const ROUNDS = 5;
/** Two hundred processes keep the machine busy for seconds. */
const ROUNDS_OF_PROCESSES = 2;
const STARTERS = 50;
/** Connections that only come and go, so many at a time. */
const PASSING = 2_000;
const AT_ONCE = 20;
const CLIENTS = 200;

/** What one race of clients that find no daemon came to. */
interface Race {
  readonly tookMs: number;
  readonly daemons: number;
  readonly failures: number;
}

/** Many at once: with no daemon, and with one. */
export const crowd: BenchCase = {
  name: "crowd",
  summary: `${STARTERS} clients at once with no daemon; ${CLIENTS} at once to one`,
  async run(world) {
    const { imp } = world;
    const socket = `${imp.box.root}/echo.sock`;
    await using echo = imp.box.start([...await world.program("echo"), socket]);
    await echo.waitForStdout("READY");
    const passing = await letManyPass(world);
    const races: Race[] = [];
    const [raw, connected]: [number[], number[]] = [[], []];
    const [rawClients, impClients]: [number[], number[]] = [[], []];
    const line = (await world.program("line")).join(" ");
    for (let round = 0; round < world.rounds(ROUNDS); round++) {
      races.push(await race(world));
      (await imp.connect()).close();
      raw.push(await timed(() => echoAll(socket)));
      connected.push(await timed(() => pingAll(world)));
    }
    for (let round = 0; round < world.rounds(ROUNDS_OF_PROCESSES, 1); round++) {
      rawClients.push(await timed(() => startAll(world, `${line} ${socket}`)));
      impClients.push(await timed(() => startAll(world, "imp ping -q")));
    }
    return {
      unit: "ms",
      rows: [
        toRow(`processor time for ${PASSING} connections that come and go`, passing.cpuMs),
        toRow("the longest ping meanwhile", passing.longestMs),
        toRow(`${STARTERS} × imp ping, no daemon`, ...races.map(({ tookMs }) => tookMs)),
        { ...toRow("daemons after it", ...races.map(({ daemons }) => daemons)), unit: "" },
        { ...toRow("failures in it", ...races.map(({ failures }) => failures)), unit: "" },
        toRow(`${CLIENTS} raw connections, a line on each`, ...raw),
        toRow(`${CLIENTS} connections, a ping on each`, ...connected),
        toRow(`${CLIENTS} processes, a line over a raw socket`, ...rawClients),
        toRow(`${CLIENTS} processes, imp ping`, ...impClients),
      ],
      targets: [{
        text: `processor time for ${PASSING} connections, ms`,
        measured: passing.cpuMs,
        atMost: 1_000,
      }],
      notes: ["nothing failed with a daemon there"],
    };
  },
};

/** A daemon that lost the race may be found by nobody and still be there. */
async function race({ imp }: BenchWorld): Promise<Race> {
  await imp.box.impOk(["nuke"]);
  const startedAtMs = performance.now();
  const script =
    `seq ${STARTERS} | xargs -P ${STARTERS} -I{} sh -c 'imp ping --json || echo failed'`;
  const lines = (await expectSuccess(imp.box, script)).trim().split("\n");
  const tookMs = performance.now() - startedAtMs;
  const answers = lines.filter((line) => line !== "failed");
  const pids = [...answers.map((line) => JSON.parse(line).pid), ...await imp.daemonPids()];
  return { tookMs, daemons: new Set(pids).size, failures: STARTERS - answers.length };
}

/** Many connections that say nothing and go, with one client among them that asks on and on. */
async function letManyPass({ imp }: BenchWorld): Promise<{ cpuMs: number; longestMs: number }> {
  await using client = await imp.connect();
  const [pid] = await imp.daemonPids();
  const { daemon_id } = await imp.box.impJson(["ping"]);
  const path = resolvePaths(daemon_id, (name) => imp.box.env[name]).socket;
  const before = cpuTimeMs(pid!);
  let longestMs = 0;
  for (let passed = 0; passed < PASSING; passed += AT_ONCE) {
    const connect = () => Deno.connect({ transport: "unix", path });
    const connections = await Promise.all(Array.from({ length: AT_ONCE }, connect));
    const asked = timed(async () => void await client.request("ping", {}));
    for (const connection of connections) connection.close();
    longestMs = Math.max(longestMs, await asked);
  }
  return { cpuMs: cpuTimeMs(pid!) - before, longestMs };
}

async function echoAll(path: string): Promise<void> {
  const buffer = new Uint8Array(64);
  const connect = () => Deno.connect({ transport: "unix", path });
  const connections = await Promise.all(Array.from({ length: CLIENTS }, connect));
  await Promise.all(connections.map(async (connection) => {
    using _closed = connection;
    await connection.write(new TextEncoder().encode("ping\n"));
    await connection.read(buffer);
  }));
}

async function pingAll({ imp }: BenchWorld): Promise<void> {
  const clients: DaemonClient[] = [];
  // More than that shake hands too slowly in one process, and would give way to each other.
  while (clients.length < CLIENTS) {
    clients.push(...await Promise.all(Array.from({ length: AT_ONCE }, () => imp.connect())));
  }
  await Promise.all(clients.map((client) => client.request("ping", {})));
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
}

async function startAll({ imp }: BenchWorld, command: string): Promise<void> {
  await expectSuccess(
    imp.box,
    `seq ${CLIENTS} | xargs -P ${CLIENTS} -I{} ${command} >/dev/null`,
  );
}

async function timed(action: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await action();
  return performance.now() - startedAtMs;
}
