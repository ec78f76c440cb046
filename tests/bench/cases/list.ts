import type { BenchCase, BenchRow } from "../bench_case.ts";
import { type Contender, sleepers } from "../contender.ts";
import { interleave, type Subject } from "../interleave.ts";
import { timeToEnd } from "../time_command.ts";
import type { BenchWorld } from "../bench_world.ts";

const ROUNDS = 15;
const FEW = [1, 100];

/** How the list grows with the jobs. */
export const list: BenchCase = {
  name: "list",
  summary: "`list` as a whole process, by the number of jobs that are up",
  async run(world) {
    const rows: BenchRow[] = [];
    for (const count of FEW) rows.push(...await measureTogether(world, count));
    rows.push(...await measureAlone(world, world.imp));
    return { unit: "ms", rows, notes: ["what imp itself takes is in start-up, more closely"] };
  },
};

/** All tools in turn, with as many jobs each. */
async function measureTogether(world: BenchWorld, count: number): Promise<BenchRow[]> {
  const contenders = await world.contenders();
  for (const contender of contenders) await contender.startJobs(sleepers(count));
  const rows = await interleave([
    startUp(world),
    ...contenders.map((contender) => listing(contender, count)),
  ], { rounds: world.rounds(ROUNDS) });
  for (const contender of contenders) await contender.stopJobs();
  return rows;
}

/** One tool beside imp's start-up only. */
async function measureAlone(world: BenchWorld, contender: Contender): Promise<BenchRow[]> {
  await contender.startJobs(sleepers(world.manyJobs));
  const subjects = [startUp(world), listing(contender, world.manyJobs)];
  return await interleave(subjects, { rounds: world.rounds(ROUNDS) });
}

function startUp({ imp: { box } }: BenchWorld): Subject {
  const version = [...box.executable.command, "--version"];
  return { name: "imp --version", measure: () => timeToEnd(box, version) };
}

function listing(contender: Contender, count: number): Subject {
  return {
    name: nameOf(contender, count),
    measure: () => timeToEnd(contender.box, contender.list),
  };
}

function nameOf({ name }: Contender, count: number): string {
  return `${name} list, ${count} ${count === 1 ? "job" : "jobs"}`;
}
