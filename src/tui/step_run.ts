import { keptRuns } from "../logs/stretches.ts";
import { JOB_STATUSES } from "../protocol/job_status.ts";
import type { JobView, RunView } from "../protocol/job_view.ts";
import type { Action, ScreenEffect } from "./action.ts";

/** The run beside another of which output is kept; what follows the last of them is whichever runs now. */
export function neighbourOf(
  logsDir: string,
  { jobId, run, step }: ScreenEffect & { type: "step_run" },
): Action {
  const runs = keptRuns(logsDir, jobId);
  const wanted = step < 0 ? runs.findLast((each) => each < run) : runs.find((each) => each > run);
  if (wanted === undefined) {
    const text = step < 0 ? "No earlier run is kept" : "This is the last run";
    return { type: "note", text, isError: false };
  }
  return { type: "run_chosen", jobId, run: wanted === runs.at(-1) ? undefined : wanted };
}

/** The job as it was in one of its runs. */
export function jobIn(job: JobView, view: RunView): JobView {
  const { run, pid, exit_code, signal, reason, started_at, finished_at, outcome } = view;
  const facts = { run, pid, exit_code, signal, reason, started_at, finished_at };
  const status = JOB_STATUSES.find((each) => each === outcome) ?? job.status;
  return { ...job, ...facts, status, ports: [], cpu_percent: null, memory_bytes: null };
}
