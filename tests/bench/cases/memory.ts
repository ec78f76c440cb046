import type { BenchCase, BenchTable } from "../bench_case.ts";
import type { BenchWorld } from "../bench_world.ts";
import { type Contender, sleepers } from "../contender.ts";
import { describeFailure } from "../describe_failure.ts";
import { memoryFigures } from "../process_figures.ts";
import { delay } from "../../../src/base/clock.ts";
import { systemClock } from "../../../src/platform/system_clock.ts";

const MIB = 1024 ** 2;
const FEW = 100;
const MANY = 1_000;
const LOOK_EVERY_MS = 1_000;
/** So long must nothing have become smaller. */
const CALM_MS = 10_000;
const MOST_TIME_MS = 45_000;
/** Less than this is no change. */
const CHANGE = 0.02;

/** A process or several whose memory is looked at. */
interface Holder {
  readonly name: string;
  daemonPids(): Promise<number[]>;
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
    await imp.startJobs(sleepers(MANY - FEW, FEW));
    held.push(...await look([imp], MANY));
    await imp.stopJobs();
    const notes = [
      "own is anonymous memory, file what it has mapped of its program and libraries, shared with all who run them; " +
      "pss is own and its part of file",
      "settled: it has not become smaller for 10 s, or 45 s have passed",
    ];
    held.push(...await lookAtPeersWithMany(world, notes));
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
        { text: `${FEW} jobs above idle, MiB`, measured: aboveIdle, atMost: 5 },
      ],
      notes,
    };
  },
};

async function lookAtPeersWithMany(world: BenchWorld, notes: string[]): Promise<Held[]> {
  const able: Contender[] = [];
  for (const peer of await world.peers()) {
    try {
      await peer.stopJobs();
      await peer.startJobs(sleepers(MANY));
      able.push(peer);
    } catch (error) {
      notes.push(`${peer.name}, ${MANY} jobs: ${describeFailure(error)}`);
      await world.release(peer);
    }
  }
  return able.length === 0 ? [] : await look(able, MANY);
}

/** Looks at them now, and again when all of them have settled. */
async function look(holders: readonly Holder[], jobs: number): Promise<Held[]> {
  const atOnce = await Promise.all(holders.map(figuresOf));
  await settle(holders);
  return await Promise.all(holders.map(async (holder, index) => {
    const { ownBytes, fileBytes, proportionalBytes } = await figuresOf(holder);
    return {
      holder,
      jobs,
      ownAtOnce: atOnce[index]!.ownBytes / MIB,
      own: ownBytes / MIB,
      file: fileBytes / MIB,
      proportional: proportionalBytes / MIB,
    };
  }));
}

async function settle(holders: readonly Holder[]): Promise<void> {
  const lowest = await Promise.all(holders.map(async (each) => (await figuresOf(each)).ownBytes));
  let calmMs = 0;
  for (let passedMs = 0; calmMs < CALM_MS && passedMs < MOST_TIME_MS; passedMs += LOOK_EVERY_MS) {
    await delay(systemClock, LOOK_EVERY_MS);
    calmMs += LOOK_EVERY_MS;
    for (const [index, holder] of holders.entries()) {
      const { ownBytes } = await figuresOf(holder);
      if (ownBytes > lowest[index]! * (1 - CHANGE)) continue;
      lowest[index] = ownBytes;
      calmMs = 0;
    }
  }
}

async function figuresOf(holder: Holder) {
  return memoryFigures(await holder.daemonPids());
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
