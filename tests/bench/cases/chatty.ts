import { delay } from "../../../src/base/clock.ts";
import { systemClock } from "../../../src/platform/system_clock.ts";
import { openPageClient, type PageClient } from "../../support/page_client.ts";
import type { BenchCase } from "../bench_case.ts";
import { cpuTimeMs, memoryFigures } from "../process_figures.ts";
import { toRow } from "../single_row.ts";
import { LINES_PER_SECOND, startTalking, TALKING_JOBS } from "../talking_jobs.ts";

/** What a start leaves to be done is done by then. */
const SETTLES_MS = 20_000;
const WATCH_MS = 60_000;
const MOST_PERCENT = 3;
const MIB = 1024 ** 2;

/** Watching over what is printed all the time must cost next to nothing, whoever looks. */
export const chatty: BenchCase = {
  name: "chatty",
  summary:
    `${TALKING_JOBS} jobs that print ${LINES_PER_SECOND} lines a second each: what that costs the ` +
    "daemon, alone and with a page open",
  async run(world) {
    const { imp } = world;
    const [daemon] = await imp.daemonPids();
    await using _jobs = await startTalking(world);
    await delay(systemClock, SETTLES_MS);
    const watchMs = world.rounds(WATCH_MS, 10_000);
    const alone = await percentOf(daemon!, watchMs);
    await using page = await openPageClient(imp.box);
    using _reading = await readPage(page);
    await delay(systemClock, SETTLES_MS);
    const [watched, server] = await Promise.all([
      percentOf(daemon!, watchMs),
      percentOf(page.web.pid, watchMs),
    ]);
    const { ownBytes, fileBytes } = memoryFigures([page.web.pid]);
    return {
      unit: "%",
      rows: [
        toRow("daemon, nobody looks: processor", alone),
        toRow("daemon, a page is open: processor", watched),
        toRow("imp web, a page is open: processor", server),
        { ...toRow("imp web, a page is open: memory", (ownBytes + fileBytes) / MIB), unit: "MiB" },
      ],
      targets: [
        { text: "daemon, nobody looks, %", measured: alone, atMost: MOST_PERCENT },
        { text: "daemon, a page is open, %", measured: watched, atMost: MOST_PERCENT },
      ],
      notes: ["the page follows the output of one of the jobs; memory is all that is resident"],
    };
  },
};

/** What the page of a browser asks for all the time, read until it is disposed of. */
async function readPage(page: PageClient): Promise<Disposable> {
  const { daemon_id: project } = await page.get("projects", {});
  const watching = page.lines("watch", { project });
  let job: string | undefined;
  while (job === undefined) {
    const { value } = await watching.next();
    if (value.type === "snapshot") job = value.jobs[0].id;
  }
  const reading = { isOver: false };
  const output = page.lines("output", { project, job, lines: 2_000, follow: true });
  for (const lines of [watching, output]) void readOn(lines, reading);
  return { [Symbol.dispose]: () => void (reading.isOver = true) };
}

async function readOn(
  lines: AsyncGenerator<unknown>,
  reading: { readonly isOver: boolean },
): Promise<void> {
  try {
    for await (const _line of lines) if (reading.isOver) return;
  } catch (error) {
    // Its server has ended before it.
    if (!reading.isOver) throw error;
  }
}

/** Of a processor, that a process uses in a while. */
async function percentOf(pid: number, forMs: number): Promise<number> {
  const [before, startedAtMs] = [cpuTimeMs(pid), performance.now()];
  await delay(systemClock, forMs);
  return (cpuTimeMs(pid) - before) / (performance.now() - startedAtMs) * 100;
}
