import type { JobView, RunView } from "../../protocol/job_view.ts";
import type { Difference } from "./compare_runs.ts";
import type { RunPair } from "./pick_runs.ts";

/** What one run printed that the other did not, for a program. */
export function toDifferenceJson(
  daemonId: string,
  job: JobView,
  { pair, difference }: { readonly pair: RunPair; readonly difference: Difference },
) {
  const { head, omitted, tail, missing, isExact } = difference;
  return {
    daemon_id: daemonId,
    job_id: job.id,
    job_name: job.name,
    run: toRunJson(pair.run),
    against: toRunJson(pair.against),
    lines: [...head, ...tail],
    omitted: omitted.lines === 0 ? null : { ...omitted, index: head.length },
    missing,
    is_exact: isExact,
  };
}

function toRunJson(run: RunView) {
  const { run_id, outcome, exit_code, signal, started_at, finished_at } = run;
  return { run: run.run, run_id, outcome, exit_code, signal, started_at, finished_at };
}
