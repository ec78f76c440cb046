import type { BenchCase, BenchRow, BenchTarget } from "../bench_case.ts";
import type { BenchWorld } from "../bench_world.ts";
import { interleave } from "../interleave.ts";
import { timeToEnd } from "../time_command.ts";

const JOBS = 100;
const STARTS = 3;
const AGAIN = 15;
const MOST_AGAIN_MS = 150;
const MOST_EACH_MS = 10;
const MOST_TIME_MS = 120_000;

/** How the jobs of a project need one another. */
const SHAPES = {
  "in parallel": (_: number) => [],
  "in a chain": (index: number) => index === 0 ? [] : [`j${index - 1}`],
};
type Shape = keyof typeof SHAPES;

/** What a project's file costs: beside starting the same jobs without looking at it, and when nothing is to be done. */
export const up: BenchCase = {
  name: "up",
  summary: `\`imp up\` of ${JOBS} jobs, and once more when they are up`,
  async run(world) {
    const rows: BenchRow[] = [];
    const targets: BenchTarget[] = [];
    for (const shape of Object.keys(SHAPES) as Shape[]) {
      const starts = await measureStarts(world, shape);
      const again = await measureAgain(world, shape);
      rows.push(...starts, ...again);
      const [bare, whole] = starts.map(({ figures }) => figures.median);
      targets.push(
        {
          text: `imp up above imp start --all, for each job ${shape}, ms`,
          measured: (whole! - bare!) / JOBS,
          atMost: MOST_EACH_MS,
        },
        {
          text: `imp up of ${JOBS} unchanged jobs ${shape}, ms`,
          measured: again.at(-1)!.figures.median,
          atMost: MOST_AGAIN_MS,
        },
      );
      await imp(world, "nuke");
    }
    const notes = ["each job is ready at once, so that `up` waits for nothing but what it does"];
    return { unit: "ms", rows, targets, notes };
  },
};

/** From all of them down to all of them up; the jobs are known already, as `start --all` needs it. */
async function measureStarts(world: BenchWorld, shape: Shape): Promise<BenchRow[]> {
  const { box } = world.imp;
  await box.file("project/imp.yaml", projectText(shape));
  await imp(world, "up");
  await imp(world, "stop", "--all");
  const measured = (...args: string[]) => async () => {
    const tookMs = timeToEnd(box, [...box.executable.command, ...args]);
    await imp(world, "stop", "--all");
    return tookMs;
  };
  return await interleave([
    { name: `imp start --all, ${shape}`, measure: measured("start", "--all") },
    { name: `imp up, ${shape}`, measure: measured("up") },
  ], { rounds: world.rounds(STARTS) });
}

async function measureAgain(world: BenchWorld, shape: Shape): Promise<BenchRow[]> {
  const { box } = world.imp;
  const { command } = box.executable;
  const empty = await world.program("empty");
  await imp(world, "up");
  return await interleave([
    { name: "empty program", measure: () => timeToEnd(box, empty) },
    { name: `imp check, ${shape}`, measure: () => timeToEnd(box, [...command, "check"]) },
    { name: `imp up again, ${shape}`, measure: () => timeToEnd(box, [...command, "up"]) },
  ], { rounds: world.rounds(AGAIN) });
}

function projectText(shape: Shape): string {
  const jobs = Array.from({ length: JOBS }, (_, index) =>
    [
      `  j${index}:`,
      `    command: [/bin/sleep, "${100_000 + index}"]`,
      "    ready: delay:1ms",
      `    depends_on: [${SHAPES[shape](index).join(", ")}]`,
    ].join("\n"));
  return `jobs:\n${jobs.join("\n")}\n`;
}

async function imp(world: BenchWorld, ...args: string[]): Promise<void> {
  await world.imp.box.impOk([...args, "-q"], { deadlineMs: MOST_TIME_MS });
}
