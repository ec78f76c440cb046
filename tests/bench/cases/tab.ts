import { delay } from "../../../src/base/clock.ts";
import { systemClock } from "../../../src/platform/system_clock.ts";
import { type Chromium, HAS_CHROMIUM, openChromium } from "../../support/chromium.ts";
import type { BenchCase } from "../bench_case.ts";
import { cpuTimeMs, memoryFigures } from "../process_figures.ts";
import { toRow } from "../single_row.ts";
import { summarize } from "../statistics.ts";
import { LINES_PER_SECOND, startTalking, TALKING_JOBS } from "../talking_jobs.ts";

const WATCH_MS = 600_000;
const LOOK_EACH_MS = 10_000;
const MOST_GROWTH_BYTES = 5 * 1024 ** 2;
const MIB = 1024 ** 2;

/** Whether a page can be kept open all day. */
export const tab: BenchCase = {
  name: "tab",
  summary: `imp web in a real browser, beside ${TALKING_JOBS} jobs that print ` +
    `${LINES_PER_SECOND} lines a second each: what grows in ten minutes`,
  async run(world) {
    if (!HAS_CHROMIUM) {
      return { unit: "MiB", rows: [], notes: ["not measured: chromium is not there"] };
    }
    const { box } = world.imp;
    const [daemon] = await world.imp.daemonPids();
    await using _jobs = await startTalking(world);
    await using web = box.startImp(["web"]);
    const url = (await web.waitForStdout(/^http.*\n/)).trim();
    await using chromium = await openChromium(box);
    const tab = await openTab(chromium, url);

    const watchMs = world.rounds(WATCH_MS, 2 * LOOK_EACH_MS);
    const looks: Look[] = [];
    const [startMs, daemonMs] = [performance.now(), cpuTimeMs(daemon!)];
    do {
      await delay(systemClock, LOOK_EACH_MS);
      const { ownBytes } = memoryFigures([web.pid]);
      looks.push({ atMs: performance.now() - startMs, serverBytes: ownBytes, ...await tab.look() });
    } while (looks.at(-1)!.atMs < watchMs);
    const percent = (cpuTimeMs(daemon!) - daemonMs) / looks.at(-1)!.atMs * 100;
    if (tab.errors.length > 0) throw new Error(`On the page: ${tab.errors.join("; ")}`);

    const growth = (figure: (look: Look) => number) => grown(looks, figure) / MIB;
    const tabGrowth = growth(({ heapBytes }) => heapBytes);
    const serverGrowth = growth(({ serverBytes }) => serverBytes);
    return {
      unit: "MiB",
      rows: [
        toRow("tab: heap", ...looks.map(({ heapBytes }) => heapBytes / MIB)),
        { ...toRow("tab: nodes of the document", ...looks.map(({ nodes }) => nodes)), unit: "" },
        toRow("imp web: own memory", ...looks.map(({ serverBytes }) => serverBytes / MIB)),
        { ...toRow("daemon: processor", percent), unit: "%" },
      ],
      targets: [
        {
          text: "heap of the tab grows by, MiB",
          measured: tabGrowth,
          atMost: MOST_GROWTH_BYTES / MIB,
        },
        { text: "imp web grows by, MiB", measured: serverGrowth, atMost: MOST_GROWTH_BYTES / MIB },
        { text: "daemon, %", measured: percent, atMost: 3 },
      ],
      notes: [
        `over ${
          Math.round(looks.at(-1)!.atMs / 1_000)
        } s; grown: the median of the last third of ` +
        "the time against that of the third in the middle, the tab after a collection",
      ],
    };
  },
};

/** The tab and its server, once. */
interface Look {
  readonly atMs: number;
  readonly heapBytes: number;
  readonly nodes: number;
  readonly serverBytes: number;
}

/** A tab that shows the page, with all that went wrong on it. */
async function openTab(
  chromium: Chromium,
  url: string,
): Promise<{ errors: string[]; look(): Promise<Pick<Look, "heapBytes" | "nodes">> }> {
  const { page, errors } = await chromium.newPage();
  await page.goto(url);
  await page.locator(".output .row").first().waitFor();
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  return {
    errors,
    async look() {
      await session.send("HeapProfiler.collectGarbage");
      const { metrics } = await session.send("Performance.getMetrics");
      const figure = (name: string) => metrics.find((metric) => metric.name === name)!.value;
      return { heapBytes: figure("JSHeapUsedSize"), nodes: figure("Nodes") };
    },
  };
}

/** What the last third of the looks is above the third in the middle. */
function grown(looks: readonly Look[], figure: (look: Look) => number): number {
  const third = Math.max(1, Math.floor(looks.length / 3));
  const middle = looks.slice(-2 * third, -third).map(figure);
  return summarize(looks.slice(-third).map(figure)).median -
    summarize(middle.length > 0 ? middle : looks.map(figure)).median;
}
