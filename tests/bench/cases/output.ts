import type { BenchCase, BenchRow } from "../bench_case.ts";
import { expectSuccess, type ImpContender, openImp } from "../imp_contender.ts";
import { interleave } from "../interleave.ts";
import { cpuTimeMs } from "../process_figures.ts";
import { toRow } from "../single_row.ts";
import { pairedRatio } from "../statistics.ts";
import { exists } from "@std/fs/exists";

const BYTES = 1024 ** 3;
const ROUNDS = 6;
/** A file system in memory, where there is one. */
const IN_MEMORY = "/dev/shm";
/** The job measures itself, so that what happens around it does not count. */
const SCRIPT = `a=$(date +%s%N)
head -c ${BYTES} /dev/zero
b=$(date +%s%N)
{ echo $(((b-a)/1000)); times; } > took`;

/** What it costs a job to write through imp, and what it costs the daemon. */
export const output: BenchCase = {
  name: "output",
  summary: "a job that writes 1 GiB, beside the same into a file, on the disk and in memory",
  async run(world) {
    const rounds = world.rounds(ROUNDS);
    const onDisk = await measure(world.imp, { where: "disk", folder: world.imp.box.root, rounds });
    const inMemory = await exists(IN_MEMORY) ? await measureInMemory(rounds) : [];
    const ofTimes = inMemory[1]?.ratio;
    const ofProcessor = (inMemory[3] ?? onDisk[3])!.ratio!;
    return {
      unit: "ms",
      rows: [...onDisk, ...inMemory],
      targets: [
        { text: "as a job / into a file, processor", measured: ofProcessor, atMost: 1.3 },
        ...ofTimes === undefined
          ? []
          : [{ text: "the same, time, in memory", measured: ofTimes, atMost: 1.3 }],
      ],
      notes: [
        "each time is the job's own, from its first byte to its last; before each, everything is written to the disk",
        "what the disk takes is its own affair: it differs from run to run by more than imp could add",
        "of a file all is kept, of a job's output the last 64 MiB: the daemon's time is that of cutting",
      ],
    };
  },
};

async function measureInMemory(rounds: number): Promise<BenchRow[]> {
  const folder = await Deno.makeTempDir({ dir: IN_MEMORY, prefix: "imp-bench-" });
  try {
    await using imp = await openImp({ XDG_STATE_HOME: folder });
    return await measure(imp, { where: "memory", folder, rounds });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(
  imp: ImpContender,
  { where, folder, rounds }: { where: string; folder: string; rounds: number },
): Promise<BenchRow[]> {
  const { box } = imp;
  const [daemon] = await imp.daemonPids();
  await box.file("project/job.sh", SCRIPT);
  const subject = (name: string, script: string) => {
    const cpuMs: number[] = [];
    const measure = async () => {
      await expectSuccess(box, `sync; ${script}`);
      const [wall, , children] = (await Deno.readTextFile(`${box.project}/took`)).split("\n");
      cpuMs.push(toMs(children!));
      return Number(wall) / 1_000;
    };
    return { name: `${where}: ${name}`, measure, cpuMs };
  };
  const file = `${folder}/file`;
  const plain = subject("sh job.sh > file", `sh job.sh > ${file}; rm ${file}`);
  const job = subject("as a job", "imp add -q -- sh job.sh >/dev/null; imp wait -q $(imp ls -q)");
  const before = cpuTimeMs(daemon!);
  const rows = await interleave([plain, job], { rounds });
  const daemonMs = (cpuTimeMs(daemon!) - before) / (rounds + 1);
  const [plainCpuMs, jobCpuMs] = [plain.cpuMs.slice(1), job.cpuMs.slice(1)];
  return [
    ...rows,
    { ...toRow(`${plain.name}, processor`, ...plainCpuMs), ratio: 1 },
    {
      ...toRow(`${job.name}, processor`, ...jobCpuMs),
      ratio: pairedRatio(jobCpuMs, plainCpuMs),
    },
    toRow(`${where}: daemon's processor time for it`, daemonMs),
  ];
}

/** `0m0.12s 0m0.34s` as their sum. */
function toMs(times: string): number {
  const all = [...times.matchAll(/(\d+)m([\d.]+)s/g)];
  return all.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  ) *
    1_000;
}
