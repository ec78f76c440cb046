import type { BenchCase } from "../bench_case.ts";
import { toRow } from "../single_row.ts";

const ROUNDS = 100;

/** From a job's last instruction to the event at a subscriber. */
export const exitLatency: BenchCase = {
  name: "exit-latency",
  summary: "from a job's last instruction to the event at a subscriber",
  async run(world) {
    const { imp } = world;
    await using client = await imp.connect();
    const { events } = await client.subscribe({ types: ["job_stopped"] });
    const stream = events[Symbol.asyncIterator]();
    const samples: number[] = [];
    for (let round = 0; round < world.rounds(ROUNDS); round++) {
      const script = `printf %s $EPOCHREALTIME > ended; exit ${round % 100}`;
      await imp.add(client, ["/bin/bash", "-c", script]);
      await stream.next();
      const seenAtMs = performance.timeOrigin + performance.now();
      const ended = await Deno.readTextFile(`${imp.box.project}/ended`);
      samples.push(seenAtMs - Number(ended) * 1_000);
    }
    const row = toRow("imp", ...samples);
    const p99 = row.figures.p99;
    return {
      unit: "ms",
      rows: [row],
      targets: [{ text: "p99, ms", measured: p99, atMost: 20 }],
    };
  },
};
