import type { BenchCase } from "../bench_case.ts";
import { interleave } from "../interleave.ts";
import type { Box } from "../../support/box.ts";

const LINES = 100_000;
const ROUNDS = 10;

/** Many short lines, followed while they are written. */
export const follow: BenchCase = {
  name: "follow",
  summary: `${LINES} short lines followed live, from start to the last line read`,
  async run(world) {
    const { box } = world.imp;
    const command = ["/usr/bin/seq", String(LINES)];
    const rows = await interleave([
      { name: "the command itself", measure: () => timeLines(box, command) },
      {
        name: "imp run",
        measure: () => timeLines(box, [...box.executable.command, "run", "--", ...command]),
      },
    ], { rounds: world.rounds(ROUNDS) });
    return { unit: "ms", rows, notes: ["nothing was lost: every run had all lines in order"] };
  },
};

async function timeLines(box: Box, command: readonly string[]): Promise<number> {
  const startedAtMs = performance.now();
  const { stdout } = await box.run(command);
  const tookMs = performance.now() - startedAtMs;
  const lines = stdout.split("\n");
  if (
    lines.length !== LINES + 1 ||
    lines.some((line, index) => index < LINES && line !== `${index + 1}`)
  ) {
    throw new Error(`${lines.length - 1} of ${LINES} lines arrived, or not in order`);
  }
  return tookMs;
}
