import { AppError } from "../../base/app_error.ts";
import type { RunView } from "../../protocol/job_view.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import { callJob, nameJob } from "../output/job_text.ts";

/** Two runs of a job: what `run` printed that `against` did not is wanted. */
export interface RunPair {
  readonly run: RunView;
  readonly against: RunView;
}

/** Which runs are asked for; nothing: those that tell most. */
export interface AskedRuns {
  readonly run?: number | undefined;
  readonly against?: number | undefined;
}

type Details = ReplyOf<"get_job">;

/**
 * The runs to compare: without a word the newest that failed, against the newest before it that went well.
 * @throws AppError `run.not_found`
 */
export function pickRuns(details: Details, { run, against }: AskedRuns): RunPair {
  const newest = details.runs.toSorted((one, other) => other.run - one.run);
  const wanted = run === undefined ? findFailed(details, newest) : findRun(details, run);
  return {
    run: wanted,
    against: against === undefined
      ? findGood(details, newest.filter((each) => each.run < wanted.run), wanted)
      : findRun(details, against),
  };
}

function findRun({ job, runs }: Details, number: number): RunView {
  const found = runs.find(({ run }) => run === number);
  if (found !== undefined) return found;
  throw new AppError("run.not_found", `Job ${nameJob(job)} has no run ${number}`, {
    hint: hintOfKept(runs),
  });
}

function findFailed({ job, runs }: Details, newest: readonly RunView[]): RunView {
  const found = newest.find(({ outcome }) => outcome === "failed" || outcome === "lost");
  if (found !== undefined) return found;
  throw new AppError("run.not_found", `No run of job ${nameJob(job)} that is kept has failed`, {
    hint: runs.length < 2 ? hintOfKept(runs) : `${hintOfTwo({ job, runs })}; ${hintOfKept(runs)}`,
  });
}

function findGood({ job, runs }: Details, earlier: readonly RunView[], { run }: RunView): RunView {
  const found = earlier.find(({ is_good }) => is_good);
  if (found !== undefined) return found;
  const name = nameJob(job);
  throw new AppError("run.not_found", `No run of job ${name} before run ${run} went well`, {
    hint: earlier.length === 0
      ? `What it printed: imp logs ${callJob(job)} --run ${run}`
      : `${hintOfTwo({ job, runs })}; ${hintOfKept(runs)}`,
  });
}

/** With runs that there are. */
function hintOfTwo({ job, runs }: Pick<Details, "job" | "runs">): string {
  const [last, before] = runs.map(({ run }) => run).sort((a, b) => b - a);
  return `Any two can be compared: imp diff ${callJob(job)} ${before} ${last}`;
}

function hintOfKept(runs: readonly RunView[]): string {
  if (runs.length === 0) return "It has not run yet";
  return `Its output is kept for: ${runs.map(({ run }) => run).join(", ")}`;
}
