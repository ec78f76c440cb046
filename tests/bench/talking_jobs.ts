/** Jobs that have something to tell all the time. */
import { delay } from "../../src/base/clock.ts";
import { systemClock } from "../../src/platform/system_clock.ts";
import type { BenchWorld } from "./bench_world.ts";
import { benchJob } from "./contender.ts";

/** How many of them {@linkcode startTalking} starts. */
export const TALKING_JOBS = 50;
/** Of each. */
export const LINES_PER_SECOND = 10;

/** Starts the jobs; each passes on what it is given, so that it costs no more than what it prints. */
export async function startTalking({ imp }: BenchWorld): Promise<AsyncDisposable> {
  await using ending = new AsyncDisposableStack();
  const fifos = Array.from({ length: TALKING_JOBS }, (_, index) => `${imp.box.root}/said-${index}`);
  const { code, stderr } = await imp.box.run(["mkfifo", ...fifos]);
  if (code !== 0) throw new Error(`There are no FIFOs: ${stderr}`);
  // For both, so that neither side waits for the other.
  const pipes = fifos.map((path) => ending.use(Deno.openSync(path, { read: true, write: true })));
  await imp.startJobs(
    fifos.map((path, index) => ({ ...benchJob(index), command: ["cat", path] })),
  );
  const over = new AbortController();
  const talking = talk(pipes, over.signal);
  ending.defer(async () => {
    over.abort();
    await talking;
  });
  return ending.move();
}

async function talk(pipes: readonly Deno.FsFile[], signal: AbortSignal): Promise<void> {
  const encoder = new TextEncoder();
  const startedAtMs = performance.now();
  for (let line = 1; !signal.aborted; line++) {
    const bytes = encoder.encode(`line ${line} of a job that has something to tell all the time\n`);
    for (const pipe of pipes) pipe.writeSync(bytes);
    const dueInMs = startedAtMs + line * 1_000 / LINES_PER_SECOND - performance.now();
    await delay(systemClock, Math.max(0, dueInMs), signal).catch(() => {});
  }
}
