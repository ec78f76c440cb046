import type { BenchCase } from "../bench_case.ts";
import { interleave } from "../interleave.ts";
import { timeToEnd, timeToFirstByte } from "../time_command.ts";

const ROUNDS = 25;

/** From typing `imp exec` to the first byte of what it runs. */
export const execFirstByte: BenchCase = {
  name: "exec-first-byte",
  summary: "the first byte through imp exec, with a daemon and from nothing",
  async run(world) {
    const { box } = world.imp;
    const exec = [...box.executable.command, "exec", "--", "/bin/echo", "hello"];
    const empty = await world.program("empty");
    const rows = await interleave([
      { name: "empty program", measure: () => timeToEnd(box, empty) },
      {
        name: "imp exec, no daemon",
        async measure() {
          await box.impOk(["nuke"]);
          return await timeToFirstByte(box, exec);
        },
      },
      { name: "imp exec", measure: () => timeToFirstByte(box, exec) },
    ], { rounds: world.rounds(ROUNDS) });
    return {
      unit: "ms",
      rows,
      targets: [
        { text: "imp exec from nothing, ms", measured: rows[1]!.figures.median, atMost: 250 },
      ],
    };
  },
};
