import { type EndedRun, sumUpRuns } from "../../base/run_statistics.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import type { RunEnd } from "../../store/run_repository.ts";
import { toEndedRun } from "./job_details.ts";

/** What the runs of each job have in common, of the jobs that have any that is over. */
export function sumUpJobs(ends: readonly RunEnd[]): NonNullable<ReplyOf<"list">["statistics"]> {
  const byJob = new Map<string, EndedRun[]>();
  for (const end of ends) {
    const known = byJob.get(end.jobId);
    if (known) known.push(toEndedRun(end));
    else byJob.set(end.jobId, [toEndedRun(end)]);
  }
  return [...byJob].map(([job_id, runs]) => ({ job_id, ...sumUpRuns(runs) }));
}
