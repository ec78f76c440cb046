import type { BenchCase } from "../bench_case.ts";
import { jobProcesses } from "../contender.ts";
import { toRow } from "../single_row.ts";

const JOBS = 20;
const ROUNDS = 3;

/** kill -9 of the daemon: what is left of the jobs, and how soon the next command knows. */
export const killedDaemon: BenchCase = {
  name: "killed-daemon",
  summary: `kill -9 of the daemon with ${JOBS} jobs up, to the next list`,
  async run(world) {
    const samples: number[] = [];
    const notes: string[] = [];
    for (const contender of await world.contenders()) {
      if (contender.name !== "imp") {
        notes.push(
          `${contender.name}: ${await countSurvivors(
            contender,
          )} of ${JOBS} jobs live on, of which the next daemon is not asked`,
        );
      }
    }
    const { imp } = world;
    await imp.startJobsQuickly(JOBS);
    const before = (await jobProcesses(imp.box)).sort();
    for (let round = 0; round < world.rounds(ROUNDS); round++) {
      for (const pid of await imp.daemonPids()) Deno.kill(pid, "SIGKILL");
      const startedAtMs = performance.now();
      const jobs: { pid: number; status: string }[] = await imp.box.impJson(["list"]);
      samples.push(performance.now() - startedAtMs);
      const listed = jobs.filter((job) => job.status === "running").map((job) => job.pid).sort();
      const living = (await jobProcesses(imp.box)).sort();
      if (String(listed) !== String(before) || String(living) !== String(before)) {
        throw new Error(`of jobs ${before}, ${living} live and ${listed} are known`);
      }
    }
    notes.push(`imp: ${JOBS} of ${JOBS} jobs live on, all are known again, none is doubled`);
    return { unit: "ms", rows: [toRow("imp list after kill -9", ...samples)], notes };
  },
};

async function countSurvivors(
  contender: Awaited<ReturnType<Parameters<BenchCase["run"]>[0]["contenders"]>>[number],
): Promise<number> {
  await contender.startJobs(JOBS);
  for (const pid of await contender.daemonPids()) Deno.kill(pid, "SIGKILL");
  return (await jobProcesses(contender.box)).length;
}
