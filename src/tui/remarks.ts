import type { JobView } from "../protocol/job_view.ts";
import type { OutputLine } from "./output_line.ts";
import { remark } from "./output_line.ts";
import { durationText, endWords } from "./status_words.ts";
import { toPlainText } from "../text/clean_text.ts";

/** What stands between the output of two runs. */
export function startRemark(run: number): OutputLine {
  return remark(`run ${run}`);
}

/** What stands below the output of a run that has ended; `job` is as it was then, if that is known. */
export function endRemark(run: number, job: JobView | undefined): OutputLine {
  if (job?.run !== run) return remark(`run ${run} ended`);
  const took = job.started_at !== null && job.finished_at !== null
    ? ` after ${durationText(job.started_at, job.finished_at)}`
    : "";
  const reason = job.reason === null ? "" : `: ${toPlainText(job.reason)}`;
  return remark(`${endSentence(job)}${took}${reason}`);
}

function endSentence(job: JobView): string {
  if (job.status === "lost") return "lost: its end is not known";
  if (job.status === "stopped") {
    const words = endWords(job);
    return words === undefined ? "stopped" : `stopped (${words})`;
  }
  if (job.signal !== null) return `ended by ${toPlainText(job.signal)}`;
  return job.exit_code === null ? job.status : `exited with code ${job.exit_code}`;
}
