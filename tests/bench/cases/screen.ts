import { delay } from "../../../src/base/clock.ts";
import { systemClock } from "../../../src/platform/system_clock.ts";
import { eventually } from "../../support/eventually.ts";
import { areThere } from "../../support/programs.ts";
import { openTerminal, TERMINAL_TOOLS } from "../../support/pty.ts";
import type { BenchCase, BenchRow } from "../bench_case.ts";
import type { BenchWorld } from "../bench_world.ts";
import { cpuTimeMs, memoryFigures } from "../process_figures.ts";
import { toRow } from "../single_row.ts";

const RATES = [1_000, 200_000];
const SECONDS = 60;
/** Before that it starts up. */
const WARM_UP_MS = 3_000;
const BURSTS_PER_SECOND = 20;
const MOST_BYTES = 200_000_000;
const MOST_PERCENT = 15;
const MIB = 1024 ** 2;

/** Whether the screen stays small and quick beside jobs that print a lot. */
export const screen: BenchCase = {
  name: "screen",
  summary: `imp tui beside a job that prints, for ${SECONDS} s: memory and processor`,
  async run(world) {
    if (world.imp.box.executable.kind !== "compiled") {
      return { unit: "MiB", rows: [], notes: ["imp cannot be compiled here: not measured"] };
    }
    if (!await areThere(TERMINAL_TOOLS)) {
      return { unit: "MiB", rows: [], notes: [`not measured: ${TERMINAL_TOOLS} is not there`] };
    }
    const rows: BenchRow[] = [];
    const targets = [];
    for (const rate of RATES) {
      const { mostBytes, percent } = await watchScreen(world, rate);
      rows.push(toRow(`${rate} lines a second: most memory`, mostBytes / MIB));
      rows.push({ ...toRow(`${rate} lines a second: processor`, percent), unit: "%" });
      targets.push({
        text: `memory at ${rate} lines a second, MiB`,
        measured: mostBytes / MIB,
        atMost: MOST_BYTES / MIB,
      });
      if (rate > RATES[0]!) continue;
      const text = `processor at ${rate} lines a second, % of a core`;
      targets.push({ text, measured: percent, atMost: MOST_PERCENT });
    }
    return {
      unit: "MiB",
      rows,
      targets,
      notes: ["of the compiled program in a terminal of 120 × 40; memory is all that is resident"],
    };
  },
};

/** No two lines are the same, so that whoever remembers lines is seen to grow. */
function printer(rate: number): string {
  const lines = rate / BURSTS_PER_SECOND;
  return `BEGIN { for (;;) { for (i = 0; i < ${lines}; i++) print ++n, "lines of a job that has much to tell, ` +
    `as some do"; fflush(); system("sleep ${1 / BURSTS_PER_SECOND}") } }`;
}

async function watchScreen(
  world: BenchWorld,
  rate: number,
): Promise<{ mostBytes: number; percent: number }> {
  const { box } = world.imp;
  const id = (await box.impOk(["add", "-q", "--", "awk", printer(rate)])).trim();
  let mostBytes = 0;
  let percent = 0;
  {
    await using terminal = await openTerminal(box, "imp tui", { columns: 120, rows: 40 });
    await terminal.waitForScreen("lines of a job");
    const pid = await eventually(
      "the screen's process",
      async () => (await box.processes()).find(({ command }) => /imp\S* tui$/.test(command))?.pid,
    );
    await delay(systemClock, WARM_UP_MS);
    const [startMs, cpuMs] = [performance.now(), cpuTimeMs(pid)];
    for (let seconds = world.rounds(SECONDS, 10); seconds > 0; seconds--) {
      await delay(systemClock, 1_000);
      const { ownBytes, fileBytes } = memoryFigures([pid]);
      mostBytes = Math.max(mostBytes, ownBytes + fileBytes);
    }
    percent = (cpuTimeMs(pid) - cpuMs) / (performance.now() - startMs) * 100;
    await terminal.press("q");
    await terminal.waitForEnd();
  }
  await box.impOk(["remove", "-f", "-q", id]);
  return { mostBytes, percent };
}
