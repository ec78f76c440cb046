import { keptRuns } from "../logs/stretches.ts";
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
