import type { BenchCase, BenchTable } from "../bench_case.ts";
import { sleepers } from "../contender.ts";
import { type MemoryHolder, memoryNow, SETTLED, settledMemory } from "../settled_memory.ts";

const MIB = 1024 ** 2;
const FEW = 100;

/** A process or several whose memory is looked at. */
interface Holder extends MemoryHolder {
  readonly name: string;
}

/** What a holder had in one state, in MiB. */
interface Held {
  readonly holder: Holder;
  readonly jobs: number;
  readonly ownAtOnce: number;
  readonly own: number;
  readonly file: number;
  readonly proportional: number;
}

/** What the daemon holds, idle and with jobs; the jobs themselves are not counted. */
export const memory: BenchCase = {
  name: "memory",
  summary: "memory of the daemon in MiB, at once and when it has settled",
  async run(world) {
    const { imp } = world;
    await using waiting = imp.box.start(await world.program("waiting"));
    await waiting.waitForStdout("READY");
    const empty: Holder = {
      name: "empty program",
      daemonPids: () => Promise.resolve([waiting.pid]),
    };
    const contenders = await world.contenders();
    const held = await look([empty, ...contenders], 0);
    for (const contender of contenders) await contender.startJobs(sleepers(FEW));
    held.push(...await look(contenders, FEW));
    await imp.startJobs(sleepers(world.manyJobs - FEW, FEW));
    held.push(...await look([imp], world.manyJobs));
    const notes = [
      "own is anonymous memory, file what it has mapped of its program and libraries, shared with all who run them; " +
      "pss is own and its part of file",
      SETTLED,
    ];
    const own = (holder: Holder, jobs: number) =>
      held.find((each) => each.holder === holder && each.jobs === jobs)!.own;
    const aboveEmpty = own(imp, 0) - own(empty, 0);
    const aboveIdle = own(imp, FEW) - own(imp, 0);
    return {
      unit: "MiB",
      rows: [],
      table: toTable(held),
      targets: [
        { text: "idle daemon above an empty Deno program, MiB", measured: aboveEmpty, atMost: 5 },
        { text: `${FEW} jobs above idle, MiB`, measured: aboveIdle, atMost: 7 },
      ],
      notes,
    };
  },
};

/** Looks at them now, and again when all of them have settled. */
async function look(holders: readonly Holder[], jobs: number): Promise<Held[]> {
  const atOnce = await memoryNow(holders);
  const settled = await settledMemory(holders);
  return holders.map((holder, index) => {
    const { ownBytes, fileBytes, proportionalBytes } = settled[index]!;
    return {
      holder,
      jobs,
      ownAtOnce: atOnce[index]!.ownBytes / MIB,
      own: ownBytes / MIB,
      file: fileBytes / MIB,
      proportional: proportionalBytes / MIB,
    };
  });
}

function toTable(held: readonly Held[]): BenchTable {
  const idle = new Map(held.filter(({ jobs }) => jobs === 0).map((each) => [each.holder, each]));
  const rows = held.map((each) => {
    const { holder, jobs, ownAtOnce, own, file, proportional } = each;
    const aJob = jobs === 0 ? "" : ((own - idle.get(holder)!.own) * 1024 / jobs).toFixed(1);
    const figures = [ownAtOnce, own, file, proportional].map((value) => value.toFixed(2));
    return [holder.name, jobs, ...figures, aJob];
  });
  const header = ["subject", "jobs", "own at once", "own", "file", "pss", "own a job, KiB"];
  return { header, rows };
}
