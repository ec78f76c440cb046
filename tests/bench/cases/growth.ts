import type { BenchCase } from "../bench_case.ts";
import type { ImpContender } from "../imp_contender.ts";
import { memoryFigures } from "../process_figures.ts";
import { toRow } from "../single_row.ts";
import { timeToEnd } from "../time_command.ts";

const RUNS = 10_000;
const JOBS = 10;
const MIB = 1024 ** 2;

/** What many runs leave behind. */
export const growth: BenchCase = {
  name: "growth",
  summary: `${RUNS} runs of ${JOBS} jobs: what grows with them`,
  async run(world) {
    const { imp } = world;
    await liftRequestLimit(imp);
    const runs = world.rounds(RUNS);
    const early = Math.round(runs / 10);
    await runJobs(imp, early);
    const before = await look(imp);
    await runJobs(imp, runs - early);
    const after = await look(imp);
    return {
      unit: "",
      rows: [
        toRow(`daemon's own memory after ${early}, MiB`, before.memoryMib),
        toRow(`daemon's own memory after ${runs}, MiB`, after.memoryMib),
        toRow(`disk after ${early}, MiB`, before.diskMib),
        toRow(`disk after ${runs}, MiB`, after.diskMib),
        toRow(`imp list after ${early}, ms`, before.listMs),
        toRow(`imp list after ${runs}, ms`, after.listMs),
      ],
    };
  },
};

/** One connection asks for what a day of clients would. */
async function liftRequestLimit(imp: ImpContender): Promise<void> {
  const settings = { requests_per_second: 1_000_000, request_burst: 1_000_000 };
  await imp.box.file("config/imp/config.json", JSON.stringify(settings));
  await imp.box.impOk(["reload"]);
}

async function runJobs(imp: ImpContender, count: number): Promise<void> {
  await using client = await imp.connect();
  const runAll = async (job: number) => {
    for (let run = job; run < count; run += JOBS) {
      const { job: { id } } = await imp.add(client, ["/bin/true", String(job)]);
      await client.request("wait", { jobs: [id], for: "exited" });
    }
  };
  await Promise.all(Array.from({ length: JOBS }, (_, job) => runAll(job)));
}

async function look(imp: ImpContender) {
  const { stdout } = await imp.box.run(["du", "-sk", imp.box.stateDir]);
  return {
    memoryMib: memoryFigures(await imp.daemonPids()).ownBytes / MIB,
    diskMib: parseInt(stdout) / 1024,
    listMs: timeToEnd(imp.box, imp.list),
  };
}
