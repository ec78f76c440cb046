import type { BenchCase } from "../bench_case.ts";
import { expectSuccess } from "../imp_contender.ts";
import { interleave } from "../interleave.ts";

const LINES = 300_000;
const ROUNDS = 6;

/** Text for people beside the bytes themselves. */
export const logs: BenchCase = {
  name: "logs",
  summary: `${LINES} lines of a job into a file: imp stdout, imp logs`,
  async run(world) {
    const { box } = world.imp;
    const print = `seq -f "line %.0f of a job that has a good deal to say" 1 ${LINES}`;
    await expectSuccess(box, `imp run -q --name big -- sh -c '${print}' > /dev/null`);
    const subject = (name: string) => ({
      name,
      measure: async () => {
        const startedAtMs = performance.now();
        await expectSuccess(box, `imp ${name} big > out`);
        return performance.now() - startedAtMs;
      },
    });
    const names = [
      "stdout",
      "logs -n all",
      "logs -n all --timestamps",
      "--json logs -n all",
      "logs",
    ];
    const rows = await interleave(names.map(subject), { rounds: world.rounds(ROUNDS) });
    const text = `logs of ${LINES} lines / stdout`;
    return { unit: "ms", rows, targets: [{ text, measured: rows[1]!.ratio!, atMost: 3 }] };
  },
};
