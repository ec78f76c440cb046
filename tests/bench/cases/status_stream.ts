import type { BenchCase } from "../bench_case.ts";
import { delay } from "../../../src/base/clock.ts";
import { systemClock } from "../../../src/platform/system_clock.ts";
import { resolvePaths } from "../../../src/platform/paths.ts";
import { sleepers } from "../contender.ts";
import type { ImpContender } from "../imp_contender.ts";
import { cpuTimeMs } from "../process_figures.ts";
import { toRow } from "../single_row.ts";

const READERS = 50;
const JOBS = 3;
const WATCH_MS = 5_000;
const FIRST_LINES = 30;

/** What it costs to be watched. */
export const statusStream: BenchCase = {
  name: "status-stream",
  summary: `${READERS} readers of the status stream: how often they hear, what it costs the daemon`,
  async run(world) {
    const { imp } = world;
    const path = await statusSocketOf(imp);
    const [pid] = await imp.daemonPids();
    const watch = (readers: number) => watchFor({ path, pid: pid!, readers });
    const unseen = await watch(0);
    const calm = await watch(READERS);
    await imp.startJobs(sleepers(JOBS));
    const unseenAtWork = await watch(0);
    const one = await watch(1);
    const many = await watch(READERS);
    const first: number[] = [];
    for (let round = 0; round < world.rounds(FIRST_LINES); round++) {
      first.push(await timeToFirstLine(path));
    }
    const firstRow = toRow("first line, ms", ...first);
    return {
      unit: "",
      rows: [
        firstRow,
        toRow("lines a second, nothing up", calm.linesPerSecond),
        toRow(`lines a second, ${JOBS} jobs up`, many.linesPerSecond),
        toRow("daemon CPU, nothing up, nobody looks, %", unseen.cpuPercent),
        toRow(`daemon CPU, nothing up, ${READERS} readers, %`, calm.cpuPercent),
        toRow(`daemon CPU, ${JOBS} jobs up, nobody looks, %`, unseenAtWork.cpuPercent),
        toRow(`daemon CPU, ${JOBS} jobs up, 1 reader, %`, one.cpuPercent),
        toRow(`daemon CPU, ${JOBS} jobs up, ${READERS} readers, %`, many.cpuPercent),
      ],
      targets: [
        { text: "first line, p99, ms", measured: firstRow.figures.p99, atMost: 500 },
        { text: `CPU for ${READERS} readers, %`, measured: many.cpuPercent, atMost: 5 },
        { text: "lines a second", measured: many.linesPerSecond, atMost: 10 },
      ],
    };
  },
};

async function statusSocketOf(imp: ImpContender): Promise<string> {
  const { daemon_id } = await imp.box.impJson(["ping"]);
  return resolvePaths(daemon_id, (name) => imp.box.env[name]).statusSocket;
}

/** What readers hear and what the daemon uses meanwhile; the readers are ours and cost the daemon nothing. */
async function watchFor(
  { path, pid, readers }: { path: string; pid: number; readers: number },
): Promise<{ linesPerSecond: number; cpuPercent: number }> {
  const connections = await Promise.all(
    Array.from({ length: readers }, () => Deno.connect({ transport: "unix", path })),
  );
  const state = { lines: 0, isOver: false };
  const reading = connections.map((connection) => readLines(connection, state));
  await delay(systemClock, 1_000);
  state.lines = 0;
  const before = cpuTimeMs(pid);
  const startedAtMs = performance.now();
  await delay(systemClock, WATCH_MS);
  const elapsedMs = performance.now() - startedAtMs;
  const cpuPercent = (cpuTimeMs(pid) - before) / elapsedMs * 100;
  const linesPerSecond = readers === 0 ? 0 : state.lines / readers / elapsedMs * 1_000;
  state.isOver = true;
  await Promise.all(reading);
  return { linesPerSecond, cpuPercent };
}

async function readLines(
  connection: Deno.UnixConn,
  state: { lines: number; isOver: boolean },
): Promise<void> {
  using _closed = connection;
  const buffer = new Uint8Array(65_536);
  while (!state.isOver) {
    const count = await connection.read(buffer);
    for (const byte of buffer.subarray(0, count ?? 0)) if (byte === 0x0a) state.lines++;
  }
}

async function timeToFirstLine(path: string): Promise<number> {
  const startedAtMs = performance.now();
  using connection = await Deno.connect({ transport: "unix", path });
  const buffer = new Uint8Array(65_536);
  let last: number | undefined;
  while (last !== 0x0a) {
    const count = await connection.read(buffer);
    last = buffer[(count ?? 1) - 1];
  }
  return performance.now() - startedAtMs;
}
