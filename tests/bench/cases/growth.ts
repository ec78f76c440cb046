import type { BenchCase } from "../bench_case.ts";
import type { ImpContender } from "../imp_contender.ts";
import { SETTLED, settledMemory } from "../settled_memory.ts";
import { summarize } from "../statistics.ts";
import { timeToEnd } from "../time_command.ts";

const RUNS = 10_000;
const JOBS = 10;
/** When to look: once all is warm, and twice when more events were seen than are kept. */
const SHARES = [0.1, 0.5, 1];
const LISTS = 5;
const MIB = 1024 ** 2;

/** What there is after so many runs. */
interface Look {
  readonly runs: number;
  readonly perSecond: number;
  readonly memoryMib: number;
  readonly diskMib: number;
  readonly listMs: number;
}

/** What many runs leave behind. */
export const growth: BenchCase = {
  name: "growth",
  summary: `${RUNS} runs of ${JOBS} jobs: what grows with them`,
  async run(world) {
    const { imp } = world;
    await liftRequestLimit(imp);
    const looks: Look[] = [];
    let done = 0;
    for (const share of SHARES) {
      const runs = Math.round(world.rounds(RUNS) * share);
      const startedAtMs = performance.now();
      await runJobs(imp, { from: done, to: runs });
      const perSecond = (runs - done) / ((performance.now() - startedAtMs) / 1_000);
      done = runs;
      looks.push({ runs, perSecond, ...await look(imp) });
    }
    const [half, all] = looks.slice(-2);
    return {
      unit: "",
      rows: [],
      table: {
        header: ["runs", "own memory, MiB", "disk, MiB", "imp list, ms", "runs a second"],
        rows: looks.map(({ runs, ...rest }) => [
          runs,
          ...[rest.memoryMib, rest.diskMib, rest.listMs, rest.perSecond].map((value) =>
            value.toFixed(1)
          ),
        ]),
      },
      targets: [
        {
          text: "memory that the second half of the runs added, MiB",
          measured: all!.memoryMib - half!.memoryMib,
          atMost: 2,
        },
        {
          text: "disk that it added, MiB",
          measured: all!.diskMib - half!.diskMib,
          atMost: 1,
        },
      ],
      notes: [`memory is ${SETTLED}`],
    };
  },
};

/** One connection asks for what a day of clients would. */
async function liftRequestLimit(imp: ImpContender): Promise<void> {
  const settings = { requests_per_second: 1_000_000, request_burst: 1_000_000 };
  await imp.box.file("config/imp/config.json", JSON.stringify(settings));
  await imp.box.impOk(["reload"]);
}

async function runJobs(
  imp: ImpContender,
  { from, to }: { from: number; to: number },
): Promise<void> {
  await using client = await imp.connect();
  const runAll = async (job: number) => {
    for (let run = from + job; run < to; run += JOBS) {
      const { job: { id } } = await imp.add(client, ["/bin/true", String(job)]);
      await client.request("wait", { jobs: [id], for: "exited" });
    }
  };
  await Promise.all(Array.from({ length: JOBS }, (_, job) => runAll(job)));
}

async function look(imp: ImpContender): Promise<Pick<Look, "memoryMib" | "diskMib" | "listMs">> {
  const [memory] = await settledMemory([imp]);
  const { stdout } = await imp.box.run(["du", "-sk", imp.box.stateDir]);
  const lists = Array.from({ length: LISTS }, () => timeToEnd(imp.box, imp.list));
  return {
    memoryMib: memory!.ownBytes / MIB,
    diskMib: parseInt(stdout) / 1024,
    listMs: summarize(lists).median,
  };
}
