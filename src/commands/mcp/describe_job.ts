import { escapeLabel } from "../../base/terminal_text.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { callJob } from "../output/job_text.ts";
import type { Cause } from "../why/cause.ts";
import { cut, withoutCode } from "../why/render_why.ts";
import { urlsOf } from "./job_data.ts";
import { formatPortNumbers } from "../../view/addresses.ts";
import { formatLeft, formatStatus } from "../../view/status_words.ts";
import { formatSince } from "../../view/times.ts";

const WHY_BYTES = 240;

/** `api ready, 12m, http://localhost:20123/, 2 restarts`: a job on one line, and why it is so where that is known. */
export function describeJob(job: JobView, nowMs: number, cause?: Cause): string {
  const urls = urlsOf(job);
  const ports = formatPortNumbers(job);
  const said = job.reason ?? job.unready_reason ?? null;
  const why = cause === undefined ? said && escapeLabel(said) : withoutCode(cause.message);
  return [
    `${callJob(job)} ${formatStatus(job)}${formatLeft(job)}`,
    formatSince(job, nowMs),
    ...urls.length > 0 ? [urls.join(" ")] : ports === "" ? [] : [`ports ${ports}`],
    ...job.restarts > 0 ? [`${job.restarts} restarts`] : [],
    ...why === null ? [] : [cut(why, WHY_BYTES)],
  ].join(", ");
}
