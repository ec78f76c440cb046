import { findImp } from "../../support/imp_executable.ts";
import { openBenchBox } from "../bench_box.ts";
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
    await using program = await openProgramDaemon();
    const held = await look([empty, program, ...contenders], 0);
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
    const programAbove = own(program, 0) - own(empty, 0);
    const aboveIdle = own(imp, FEW) - own(imp, 0);
    return {
      unit: "MiB",
      rows: [],
      table: toTable(held),
      targets: [
        { text: "idle daemon above an empty Deno program, MiB", measured: aboveEmpty, atMost: 5 },
        { text: `daemon of ${program.name} above that, MiB`, measured: programAbove, atMost: 5 },
        { text: `${FEW} jobs above idle, MiB`, measured: aboveIdle, atMost: 7 },
      ],
      notes,
    };
  },
};

/** The daemon of a small program of the framework, which has been called once. */
async function openProgramDaemon(): Promise<Holder & AsyncDisposable> {
  const box = await openBenchBox(await findImp({ entry: "examples/word-count/main.ts" }));
  await box.impOk([], { input: "one two\n" });
  const [, pid] = /\(pid (\d+),/.exec(await box.impOk(["--daemon", "status"]))!;
  return {
    name: "word-count",
    daemonPids: () => Promise.resolve([Number(pid)]),
    async [Symbol.asyncDispose]() {
      await box.impOk(["--daemon", "stop"]);
      await box[Symbol.asyncDispose]();
    },
  };
}

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
