import type { BenchCase, BenchRow, BenchTarget } from "../bench_case.ts";
import { sleepers } from "../contender.ts";
import { toRow } from "../single_row.ts";
import type { BenchWorld } from "../bench_world.ts";
import { describeFailure } from "../describe_failure.ts";

const FEW = 100;
const ROUNDS_OF_FEW = 3;

/** A way to have many jobs up, and down again. */
interface Way {
  readonly name: string;
  /** What must be there before a start, and is not measured. */
  prepare?(count: number): Promise<void>;
  start(count: number): Promise<void>;
  stop(): Promise<void>;
  /** After this nothing of it is up. */
  end(): Promise<void>;
}

/** Many jobs up, and down again, as a user of the tool would do it. */
export const startStop: BenchCase = {
  name: "start-stop",
  summary: `${FEW} and 1000 jobs up and down again, in each tool's fastest way`,
  async run(world) {
    const notes = [
      "the other tools start what a file declares with one command, `imp start --all` what is known and down",
      "task-spooler, pueue and `imp add` take a command for each job; `imp add` runs four at once",
    ];
    const ways = await findWays(world);
    const [oneByOne, ...others] = ways;
    const few = await measureWays(ways, { count: FEW, rounds: world.rounds(ROUNDS_OF_FEW), notes });
    // A client for each of a thousand is ten times what it is for each of a hundred.
    await oneByOne!.end();
    const many = await measureWays(others, { count: world.manyJobs, rounds: 1, notes });
    return { unit: "ms", rows: [...few, ...many], targets: besideProcessCompose(few), notes };
  },
};

/** The fastest of the others, where it was measured. */
const FASTEST = "process-compose";

function besideProcessCompose(rows: readonly BenchRow[]): BenchTarget[] {
  const median = (subject: string) => rows.find((row) => row.subject === subject)?.figures.median;
  return ([["start", 1.2], ["stop", 1.5]] as const).flatMap(([what, atMost]) => {
    const [own, other] = ["imp start --all", FASTEST].map((name) =>
      median(`${what} ${FEW}: ${name}`)
    );
    if (own === undefined || other === undefined) return [];
    return { text: `${what} ${FEW}: imp start --all / ${FASTEST}`, measured: own / other, atMost };
  });
}

async function findWays(world: BenchWorld): Promise<Way[]> {
  const { imp } = world;
  const stop = () => imp.stopJobs();
  return [
    {
      name: "imp add, one client each",
      start: (count) => imp.startJobsOneByOne(sleepers(count)),
      stop,
      end: stop,
    },
    {
      name: "imp start --all",
      async prepare(count) {
        if ((await imp.listJobs()).length === count) return;
        await imp.startJobs(sleepers(count));
        await imp.stopJobs();
      },
      start: (count) => imp.startAllJobs(count),
      stop,
      end: stop,
    },
    ...(await world.peers()).map((peer) => ({
      name: peer.name,
      start: (count: number) => peer.startJobs(sleepers(count)),
      stop: () => peer.stopJobs(),
      end: () => world.release(peer),
    })),
  ];
}

/** Way by way, round by round; a way that fails or takes too long is left out from there on. */
async function measureWays(
  ways: Way[],
  { count, rounds, notes }: { count: number; rounds: number; notes: string[] },
): Promise<BenchRow[]> {
  const starts = ways.map((): number[] => []);
  const stops = ways.map((): number[] => []);
  const failed = new Set<Way>();
  for (let round = 0; round < rounds; round++) {
    for (const [index, way] of ways.entries()) {
      if (failed.has(way)) continue;
      try {
        await way.prepare?.(count);
        starts[index]!.push(await timed(() => way.start(count)));
        stops[index]!.push(await timed(() => way.stop()));
      } catch (error) {
        failed.add(way);
        notes.push(`${way.name}, ${count} jobs: ${describeFailure(error)}`);
        await way.end().catch(() => {});
      }
    }
  }
  const told = (what: string, samples: readonly number[][]) =>
    ways.flatMap(({ name }, index) => {
      const own = samples[index]!;
      return own.length === 0 ? [] : [toRow(`${what} ${count}: ${name}`, ...own)];
    });
  const rows = [...told("start", starts), ...told("stop", stops)];
  ways.splice(0, ways.length, ...ways.filter((way) => !failed.has(way)));
  return rows;
}

async function timed(action: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await action();
  return performance.now() - startedAtMs;
}
