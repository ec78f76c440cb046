import { formatDuration } from "../base/duration.ts";
import type { JobView } from "../protocol/job_view.ts";
import { hasLiveRun } from "./job_list.ts";
import type { OutputLine } from "./output_buffer.ts";
import { remark } from "./state.ts";
import { endWords } from "./status_text.ts";
import { toPlainText } from "./text.ts";

/** What stands between the output of two runs. */
export function startRemark(run: number): OutputLine {
  return remark(`run ${run}`);
}

/** What stands below the output of a run that has ended; the job may be in a later run already. */
export function endRemark(run: number, job: JobView | undefined): OutputLine {
  if (!job || job.run !== run || hasLiveRun(job.status)) return remark(`run ${run} ended`);
  const took = job.started_at !== null && job.finished_at !== null
    ? ` after ${formatDuration(Date.parse(job.finished_at) - Date.parse(job.started_at))}`
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
