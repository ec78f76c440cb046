import type { BenchCase } from "../bench_case.ts";
import { toRow } from "../single_row.ts";

const JOBS = 100;
const ROUNDS = 3;

/** A hundred jobs up, and down again, as a user of the tool would do it. */
export const startStop: BenchCase = {
  name: "start-stop",
  summary: `${JOBS} jobs up and down again, in each tool's fastest way`,
  async run(world) {
    const rows = [];
    for (const contender of await world.contenders()) {
      const starts: number[] = [];
      const stops: number[] = [];
      for (let round = 0; round < world.rounds(ROUNDS); round++) {
        starts.push(await timed(() => contender.startJobs(JOBS)));
        stops.push(await timed(() => contender.stopJobs()));
      }
      rows.push(
        toRow(`${contender.name}: start`, ...starts),
        toRow(`${contender.name}: stop`, ...stops),
      );
    }
    return { unit: "ms", rows };
  },
};

async function timed(action: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await action();
  return performance.now() - startedAtMs;
}
