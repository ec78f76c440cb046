import type { BenchCase } from "../bench_case.ts";
import { interleave } from "../interleave.ts";
import { timeToEnd } from "../time_command.ts";

const ROUNDS = 60;

/** The shortest way to the daemon and back, as a whole process. */
export const ping: BenchCase = {
  name: "ping",
  summary: "`imp ping` with a warm daemon, beside an empty Deno program",
  async run({ box, emptyProgram, rounds }) {
    await box.impOk(["ping"]);
    const imp = box.executable.command;
    const rows = await interleave([
      { name: "empty program", measure: () => timeToEnd(box, emptyProgram) },
      { name: "imp ping", measure: () => timeToEnd(box, [...imp, "ping"]) },
      { name: "imp --version", measure: () => timeToEnd(box, [...imp, "--version"]) },
    ], { rounds: rounds(ROUNDS), warmup: 3 });
    const measured = rows[1]!.ratio!;
    return {
      unit: "ms",
      rows,
      targets: [{ text: "imp ping / empty program", measured, atMost: 1.25 }],
    };
  },
};
