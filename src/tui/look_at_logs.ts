import { lastWrittenAtMs } from "../logs/last_written.ts";
import { runLogPaths } from "../logs/log_paths.ts";
import type { JobView } from "../protocol/job_view.ts";
import { hasLiveRun } from "./job_list.ts";
import type { TuiState } from "./state.ts";

/** So long after its end a run is looked at once more. */
const AFTER_END_MS = 3_000;

const NEVER_MS = 0;

/** When each job has written last; what is known of a run that is over is not looked up again. */
export function lookAtLogs(logsDir: string, state: TuiState): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { job } of state.jobs) {
    const known = state.written.get(job.id)?.atMs;
    const atMs = known === undefined || mayHaveWritten(job, state.nowMs)
      ? lastWrittenAtMs(runLogPaths(logsDir, job.id, job.run)) ?? known
      : known;
    times.set(job.id, atMs ?? NEVER_MS);
  }
  return times;
}

function mayHaveWritten({ status, finished_at }: JobView, nowMs: number): boolean {
  if (hasLiveRun(status)) return true;
  return finished_at !== null && nowMs - Date.parse(finished_at) < AFTER_END_MS;
}
