import { isUp } from "../protocol/job_status.ts";
import type { JobView } from "../protocol/job_view.ts";
import type { JobRequest, Reduction } from "./action.ts";
import { hasLiveRun, labelOf } from "./job_list.ts";
import { editedWords } from "./command_line.ts";
import { meantJobs, outputTarget, selectedJob, type TuiState, withNote } from "./state.ts";
import { fieldOf } from "./text_field.ts";

function only(state: TuiState): Reduction {
  return { state, effects: [] };
}

/** What jobs are called together. */
export function callJobs(jobs: readonly JobView[]): string {
  return jobs.length === 1 ? labelOf(jobs[0]!) : `${jobs.length} jobs`;
}

/** A wish for jobs. */
export function wishFor(
  jobs: readonly JobView[],
  request: "start" | "stop" | "restart",
): JobRequest {
  return { type: "request", request, jobIds: jobs.map(({ id }) => id), label: callJobs(jobs) };
}

/** Starts, stops or restarts what is marked, or the selected job. */
export function request(state: TuiState, command: "start_stop" | "restart"): Reduction {
  const jobs = meantJobs(state);
  if (jobs.length === 0) return only(state);
  if (command === "restart") return { state, effects: [wishFor(jobs, "restart")] };
  const up = jobs.filter(({ status }) => isUp(status));
  const effect = up.length > 0 ? wishFor(up, "stop") : wishFor(jobs, "start");
  return { state, effects: [effect] };
}

/** Asks before something is done that cannot be taken back, or needs words. */
export function ask(
  state: TuiState,
  command: "remove" | "restart_all" | "signal" | "new" | "edit" | "details",
): Reduction {
  const jobs = meantJobs(state);
  const job = selectedJob(state)?.job;
  if (command === "new") return only({ ...state, mode: { kind: "new", typed: fieldOf("") } });
  if (!job) return only(state);
  switch (command) {
    case "remove":
      return only({ ...state, mode: { kind: "remove", jobIds: jobs.map(({ id }) => id) } });
    case "restart_all":
      return only({ ...state, mode: { kind: "restart_all" } });
    case "edit":
      return only({
        ...state,
        mode: { kind: "edit", jobId: job.id, typed: fieldOf(editedWords(job)) },
      });
    case "details": {
      const mode = { kind: "details", jobId: job.id, lines: undefined, top: 0 } as const;
      return { state: { ...state, mode }, effects: [{ type: "details", jobId: job.id }] };
    }
    case "signal":
      if (hasLiveRun(job.status)) {
        const mode = { kind: "signal", jobId: job.id, typed: fieldOf(""), picked: 0 } as const;
        return only({ ...state, mode });
      }
      return only(withNote(state, `${labelOf(job)} has no process to signal`, true));
  }
}

/** Goes onto the terminal of the selected job. */
export function attach(state: TuiState): Reduction {
  const job = selectedJob(state)?.job;
  if (!job) return only(state);
  const label = labelOf(job);
  if (!isUp(job.status)) return only(withNote(state, `${label} is down: s starts it`, true));
  if (job.terminal_size === undefined) {
    return only(withNote(state, `${label} has no terminal: Enter zooms its output`, true));
  }
  return { state, effects: [{ type: "attach", jobId: job.id }] };
}

/** Marks the selected job, or takes its mark away, and goes on to the next. */
export function mark(state: TuiState): TuiState {
  const id = state.selectedId;
  if (id === undefined) return state;
  const marked = new Set(state.marked);
  if (!marked.delete(id)) marked.add(id);
  return { ...state, marked };
}

/** To the run before the one that is shown, or to the one behind it. */
export function stepRun(state: TuiState, step: number): Reduction {
  const target = outputTarget(state);
  if (!target) return only(state);
  const { jobId, run } = target;
  return { state, effects: [{ type: "step_run", jobId, run, step }] };
}

/** The shown run in a pager. */
export function page(state: TuiState): Reduction {
  const target = outputTarget(state);
  if (!target) return only(state);
  return { state, effects: [{ type: "pager", jobId: target.jobId, run: target.run }] };
}
