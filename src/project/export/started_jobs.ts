import type { ExportableJob } from "./exportable.ts";

/** The jobs that start without being named: by themselves, or because one of those needs them. */
export function startedJobs(jobs: readonly ExportableJob[]): ReadonlySet<string> {
  const started = new Set<string>();
  // What needs a job comes after it.
  for (const { name, autostart, confirm, schedule, depends_on } of jobs.toReversed()) {
    if ((autostart && !confirm && !schedule) || started.has(name)) {
      [name, ...depends_on.map(({ job }) => job)].forEach((each) => started.add(each));
    }
  }
  return started;
}
