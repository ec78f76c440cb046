import { delay } from "../../../src/base/clock.ts";
import { systemClock } from "../../../src/platform/system_clock.ts";
import type { BenchCase, BenchRow, BenchTarget } from "../bench_case.ts";
import type { BenchWorld } from "../bench_world.ts";
import { sleepers } from "../contender.ts";
import { restFigures } from "../process_figures.ts";
import { toRow } from "../single_row.ts";

/** What a start leaves to be done is done by then. */
const SETTLES_MS = 20_000;
const WATCH_MS = 30_000;

/** How many jobs are up, and what DESIGN lets their daemon take. */
const STEPS = [
  { jobs: 0, wakeUps: 1, percent: 0.03 },
  { jobs: 3, wakeUps: 2, percent: 0.1 },
  { jobs: 100, wakeUps: 5, percent: 0.4 },
];

/** A laptop must not feel it. */
export const idle: BenchCase = {
  name: "idle",
  summary:
    "a daemon whose jobs do nothing, and nobody looks: how often it wakes up, and what that costs",
  async run(world) {
    const [pid] = await world.imp.daemonPids();
    const rows: BenchRow[] = [];
    const targets: BenchTarget[] = [];
    let up = 0;
    for (const { jobs, wakeUps, percent } of STEPS) {
      await world.imp.startJobs(sleepers(jobs - up, up));
      up = jobs;
      const rest = await watchAtRest(world, pid!);
      const [woken, used] = [`${jobs} jobs: wake-ups a second`, `${jobs} jobs: processor, %`];
      rows.push(toRow(woken, rest.wakeUps), { ...toRow(used, rest.percent), unit: "%" });
      targets.push(
        { text: woken, measured: rest.wakeUps, atMost: wakeUps },
        { text: used, measured: rest.percent, atMost: percent },
      );
    }
    const note = `of all threads, over ${WATCH_MS / 1_000} s that begin ${
      SETTLES_MS / 1_000
    } s after the last start`;
    return { unit: "", rows, targets, notes: [note] };
  },
};

async function watchAtRest(
  world: BenchWorld,
  pid: number,
): Promise<{ wakeUps: number; percent: number }> {
  await delay(systemClock, SETTLES_MS);
  const [before, startedAtMs] = [restFigures(pid), performance.now()];
  await delay(systemClock, world.rounds(WATCH_MS, 10_000));
  const [after, tookMs] = [restFigures(pid), performance.now() - startedAtMs];
  return {
    wakeUps: (after.wakeUps - before.wakeUps) / tookMs * 1_000,
    percent: (after.cpuMs - before.cpuMs) / tookMs * 100,
  };
}
