import type { BenchCase } from "../bench_case.ts";
import { interleave } from "../interleave.ts";
import { cpuTimeMs } from "../process_figures.ts";
import { toRow } from "../single_row.ts";
import { expectSuccess } from "../imp_contender.ts";

const BYTES = 1024 ** 3;
const ROUNDS = 3;
/** The job measures itself, so that what happens around it does not count. */
const SCRIPT =
  `a=$(date +%s%N); head -c ${BYTES} /dev/zero; b=$(date +%s%N); echo $(((b-a)/1000)) > took`;

/** What it costs a job to write through imp, and what it costs the daemon. */
export const output: BenchCase = {
  name: "output",
  summary: "a job that writes 1 GiB, beside the same into a file",
  async run(world) {
    const { imp } = world;
    const { box } = imp;
    const [daemon] = await imp.daemonPids();
    const before = cpuTimeMs(daemon!);
    const took = async (script: string) => {
      await expectSuccess(box, script);
      return Number(await Deno.readTextFile(`${box.project}/took`)) / 1_000;
    };
    await box.file("project/job.sh", SCRIPT);
    const rows = await interleave([
      { name: "sh job.sh > file", measure: () => took("sh job.sh > ../file; rm ../file") },
      {
        name: "as a job",
        measure: () => took("imp add -q -- sh job.sh >/dev/null; imp wait -q $(imp ls -q)"),
      },
    ], { rounds: world.rounds(ROUNDS) });
    const perRun = (cpuTimeMs(daemon!) - before) / (rows[1]!.figures.count + 1);
    return {
      unit: "ms",
      rows: [...rows, toRow("daemon's processor time for each GiB", perRun)],
      targets: [{ text: "as a job / into a file", measured: rows[1]!.ratio!, atMost: 1.05 }],
    };
  },
};
