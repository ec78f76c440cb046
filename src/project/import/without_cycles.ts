import { findCycles } from "../../base/dependency_graph.ts";
import type { Losses } from "./losses.ts";
import type { SettledJob } from "./settle_jobs.ts";

/** The jobs without those dependencies by which some would wait for one another, each of which is told as lost. */
export function withoutCycles(
  jobs: readonly SettledJob[],
  { file, losses }: { readonly file: string; readonly losses: Losses },
): readonly SettledJob[] {
  let settled = jobs;
  for (;;) {
    const graph = new Map(
      settled.map(({ name, job }) => [name, Object.keys(job.depends_on ?? {})] as const),
    );
    const [cycle] = findCycles(graph);
    if (cycle === undefined) return settled;
    const [first, last] = [cycle[0]!, cycle.at(-1)!];
    const { source } = settled.find(({ name }) => name === last)!;
    const why = `jobs that wait for one another: ${[...cycle, first].join(" → ")}`;
    losses.add({ file, job: source, key: `depends_on.${first}`, why });
    settled = settled.map((each) => each.name === last ? withoutEdge(each, first) : each);
  }
}

function withoutEdge(settled: SettledJob, other: string): SettledJob {
  const { depends_on = {}, ...job } = settled.job;
  const edges = Object.entries(depends_on).filter(([name]) => name !== other);
  if (edges.length === 0) return { ...settled, job };
  return { ...settled, job: { ...settled.job, depends_on: Object.fromEntries(edges) } };
}
