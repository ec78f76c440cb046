import type { BenchCase } from "../bench_case.ts";
import { sleepers } from "../contender.ts";
import type { ImpContender } from "../imp_contender.ts";
import { interleave } from "../interleave.ts";
import { toRow } from "../single_row.ts";

const ROUNDS = 200;
const UP_MEANWHILE = 100;

/** From a job's last instruction to the event at a subscriber. */
export const exitLatency: BenchCase = {
  name: "exit-latency",
  summary: "from a job's last instruction to the event at a subscriber",
  async run(world) {
    const { imp } = world;
    await using client = await imp.connect();
    const { events } = await client.subscribe({ types: ["job_stopped"] });
    const stream = events[Symbol.asyncIterator]();
    let round = 0;
    const asJob = async () => {
      await imp.add(client, ["/bin/bash", "-c", script(round++)]);
      await stream.next();
      return await sinceEnd(imp);
    };
    const asChild = async () => {
      const { env, project: cwd } = imp.box;
      const args = ["-c", script(round++)];
      await new Deno.Command("/bin/bash", { args, cwd, env, clearEnv: true }).spawn().status;
      return await sinceEnd(imp);
    };
    const rounds = world.rounds(ROUNDS);
    const rows = await interleave([
      { name: "a child of a Deno program", measure: asChild },
      { name: "imp", measure: asJob },
    ], { rounds });
    await imp.startJobs(sleepers(UP_MEANWHILE));
    const crowded: number[] = [];
    while (crowded.length < rounds) crowded.push(await asJob());
    const { median, p99 } = rows[1]!.figures;
    const among = toRow(`imp, with ${UP_MEANWHILE} jobs up`, ...crowded);
    return {
      unit: "ms",
      rows: [...rows, among],
      targets: [
        { text: "p50, ms", measured: median, atMost: 3.2 },
        { text: "p99, ms", measured: p99, atMost: 10 },
        {
          text: `p99 with ${UP_MEANWHILE} jobs up, ms`,
          measured: among.figures.p99,
          atMost: 15,
        },
      ],
    };
  },
};

/** Writes down when it ends; every hundredth is the same job again. */
function script(round: number): string {
  return `printf %s $EPOCHREALTIME > ended; exit ${round % 100}`;
}

async function sinceEnd({ box }: ImpContender): Promise<number> {
  const nowMs = performance.timeOrigin + performance.now();
  return nowMs - Number(await Deno.readTextFile(`${box.project}/ended`)) * 1_000;
}
