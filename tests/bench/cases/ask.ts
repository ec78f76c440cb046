import type { BenchCase } from "../bench_case.ts";
import { interleave } from "../interleave.ts";
import { timeToEnd } from "../time_command.ts";

const ROUNDS = 60;

/** The shortest way to the daemon and back, as a whole process. */
export const ask: BenchCase = {
  name: "ask",
  summary: "a sign of life from a warm daemon, as a whole process",
  async run(world) {
    const contenders = await world.contenders();
    const { box } = world.imp;
    const rows = await interleave([
      { name: "empty program", measure: () => timeToEnd(box, world.emptyProgram) },
      ...contenders.map((each) => ({
        name: each.name === "imp" ? "imp ping" : each.name,
        measure: () => timeToEnd(each.box, each.ask),
      })),
      {
        name: "imp --version",
        measure: () => timeToEnd(box, [...box.executable.command, "--version"]),
      },
    ], { rounds: world.rounds(ROUNDS), warmup: 3 });
    const measured = rows[1]!.ratio!;
    return {
      unit: "ms",
      rows,
      targets: [{ text: "imp ping / empty program", measured, atMost: 1.25 }],
    };
  },
};
