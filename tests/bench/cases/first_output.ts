import type { BenchCase } from "../bench_case.ts";
import { interleave } from "../interleave.ts";
import { timeToFirstByte } from "../time_command.ts";

const ROUNDS = 25;

/** From typing the command to its first byte on the screen. */
export const firstOutput: BenchCase = {
  name: "first-output",
  summary: "the first byte of a command's output, with a daemon and from nothing",
  async run(world) {
    const { box } = world.imp;
    const imp = box.executable.command;
    const command = ["/bin/echo", "hello"];
    const rows = await interleave([
      { name: "the command itself", measure: () => timeToFirstByte(box, command) },
      {
        name: "imp run, no daemon",
        async measure() {
          await box.impOk(["nuke"]);
          return await timeToFirstByte(box, [...imp, "run", "--", ...command]);
        },
      },
      { name: "imp run", measure: () => timeToFirstByte(box, [...imp, "run", "--", ...command]) },
      { name: "imp exec", measure: () => timeToFirstByte(box, [...imp, "exec", "--", ...command]) },
    ], { rounds: world.rounds(ROUNDS) });
    return {
      unit: "ms",
      rows,
      targets: [
        { text: "imp run from nothing, ms", measured: rows[1]!.figures.median, atMost: 250 },
      ],
    };
  },
};
