import type { BenchCase, BenchRow } from "../bench_case.ts";
import { interleave } from "../interleave.ts";
import { timeToEnd } from "../time_command.ts";

const ROUNDS = 15;
const PEER_JOBS = 100;

/** How the list grows with the jobs. */
export const list: BenchCase = {
  name: "list",
  summary: "`list` as a whole process, by the number of jobs that are up",
  async run(world) {
    const { imp } = world;
    const rows: BenchRow[] = [];
    const version = [...imp.box.executable.command, "--version"];
    let started = 0;
    for (const count of [1, 100, 1_000]) {
      await imp.startJobsQuickly(count - started);
      started = count;
      rows.push(
        ...await interleave([
          { name: "imp --version", measure: () => timeToEnd(imp.box, version) },
          { name: `imp list, ${count} jobs`, measure: () => timeToEnd(imp.box, imp.list) },
        ], { rounds: world.rounds(ROUNDS) }),
      );
    }
    for (const peer of (await world.contenders()).slice(1)) {
      await peer.startJobs(PEER_JOBS);
      const measure = () => timeToEnd(peer.box, peer.list);
      const name = `${peer.name}, ${PEER_JOBS} jobs`;
      rows.push(...await interleave([{ name, measure }], { rounds: world.rounds(ROUNDS) }));
    }
    const aboveStart = (row: number) => rows[row]!.figures.median - rows[row - 1]!.figures.median;
    const text = "list of 1,000 / list of 1, above start-up";
    return {
      unit: "ms",
      rows,
      targets: [{ text, measured: aboveStart(5) / aboveStart(1), atMost: 2 }],
    };
  },
};
