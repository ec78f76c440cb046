import type { BenchCase, BenchRow } from "../bench_case.ts";
import type { Contender } from "../contender.ts";
import { buildDenoProgram } from "../deno_program.ts";
import { memoryFigures } from "../process_figures.ts";
import type { BenchWorld } from "../bench_world.ts";
import { toRow } from "../single_row.ts";

const MIB = 1024 ** 2;
const JOBS = 100;

/** What the daemon holds, idle and with jobs; the jobs themselves are not counted. */
export const memory: BenchCase = {
  name: "memory",
  summary: "memory of the daemon, private and shared apart",
  async run(world) {
    const rows: BenchRow[] = [await measureEmptyProgram(world)];
    for (const contender of await world.contenders()) {
      rows.push(...await measureDaemon(contender, "idle"));
      await contender.startJobs(JOBS);
      rows.push(...await measureDaemon(contender, `${JOBS} jobs`));
    }
    await world.imp.startJobsQuickly(900);
    rows.push(...await measureDaemon(world.imp, "1000 jobs"));
    const [empty, idle, , withJobs] = rows.map((row) => row.figures.median);
    return {
      unit: "MiB",
      rows,
      targets: [
        {
          text: "idle daemon above an empty Deno program, MiB",
          measured: idle! - empty!,
          atMost: 5,
        },
        { text: `${JOBS} jobs above idle, MiB`, measured: withJobs! - idle!, atMost: 5 },
      ],
    };
  },
};

/** A program that waits for ever, which is the least that a daemon does. */
async function measureEmptyProgram({ imp: { box } }: BenchWorld): Promise<BenchRow> {
  const source = "setInterval(() => {}, 1e9); console.log('READY');";
  await using process = box.start(await buildDenoProgram(box, { name: "waiting", source }));
  await process.waitForStdout("READY");
  return toRow("empty Deno program: private", memoryFigures([process.pid]).privateBytes / MIB);
}

async function measureDaemon(contender: Contender, state: string): Promise<BenchRow[]> {
  const { privateBytes, sharedBytes } = memoryFigures(await contender.daemonPids());
  return [
    toRow(`${contender.name}, ${state}: private`, privateBytes / MIB),
    toRow(`${contender.name}, ${state}: shared`, sharedBytes / MIB),
  ];
}
