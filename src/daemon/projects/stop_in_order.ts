import { orderGraph } from "../../base/dependency_graph.ts";
import type { JobStopOptions } from "../jobs/asker.ts";
import type { Job } from "../jobs/job.ts";
import type { LeftResult } from "../jobs/left_ending.ts";
import { stopAll, type StopAllResult } from "../jobs/stop_all.ts";

/** Among which jobs some are stopped, and how. */
export interface StopInOrderOptions {
  readonly all: readonly Job[];
  readonly how: JobStopOptions;
  /** Whether it is still to be stopped, once it has waited for others. */
  readonly isMeant: (job: Job) => boolean;
}

/**
 * Stops jobs, each after those among them that need it, directly or through others of `all`; as many at the same time as
 * that allows. Returns them in the order in which they were down.
 */
export async function stopInOrder(
  jobs: readonly Job[],
  { all, how, isMeant }: StopInOrderOptions,
): Promise<{ jobs: Job[] } & StopAllResult> {
  const ended: Job[] = [];
  const chosen = new Set(jobs);
  const stopping = new Map<Job, Promise<LeftResult>>();
  /** By name: it has stopped, as far as it is to, and so has whatever needs it. */
  const over = new Map<string, Promise<unknown>>();
  for (const { job, needing } of fromTheTop([...all, ...jobs])) {
    const before = needing.flatMap((name) => over.get(name) ?? []);
    if (chosen.has(job)) {
      // Those that are down first of all: nothing may start while others end.
      const stop = async () => {
        const mustWait = job.isUp && before.length > 0;
        if (mustWait) await Promise.allSettled(before);
        const result = mustWait && !isMeant(job)
          ? { ended: 0, survivors: [] }
          : await job.stop(how);
        ended.push(job);
        return result;
      };
      stopping.set(job, stop());
    }
    over.set(nameOf(job), Promise.allSettled([stopping.get(job), ...before]));
  }
  const result = await stopAll([...stopping.keys()], (job) => stopping.get(job)!);
  return { jobs: ended, ...result };
}

/** The jobs, each after those that need it, with the names of these. */
function fromTheTop(jobs: readonly Job[]): { job: Job; needing: readonly string[] }[] {
  const byName = new Map(jobs.map((job) => [nameOf(job), job]));
  const graph = new Map([...byName].map(([name, { record }]) => [
    name,
    (record.project?.dependsOn ?? []).map(({ job }) => job),
  ]));
  // Of two files that were applied in part there may be a circle, which has no order.
  if (orderGraph(graph).order.length < graph.size) {
    for (const needs of graph.values()) needs.length = 0;
  }
  const needing = new Map<string, string[]>();
  for (const [name, needs] of graph) {
    for (const needed of needs) needing.set(needed, [...needing.get(needed) ?? [], name]);
  }
  return orderGraph(graph).order.toReversed().map((name) => ({
    job: byName.get(name)!,
    needing: needing.get(name) ?? [],
  }));
}

function nameOf({ id, record }: Job): string {
  return record.name ?? id;
}
