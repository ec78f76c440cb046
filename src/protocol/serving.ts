import type { JobView } from "./job_view.ts";

/** What is known of whether a run that goes on serves. */
export type Serving =
  /** It does, or nobody looks. */
  | "yes"
  /** It is being looked, and has time. */
  | "not yet"
  /** Its time for becoming ready is over, or it does so no more. */
  | "no";

/** Whether a job serves, as far as that can be told; undefined where no run goes on. */
export function servingOf(
  job: Pick<JobView, "status" | "ready" | "ready_check" | "unready_reason">,
): Serving | undefined {
  if (job.status !== "running") return undefined;
  if ((job.unready_reason ?? null) !== null) return "no";
  // Nobody asks of a job without a check whether it serves: it is called running from its first moment on.
  return job.ready || job.ready_check === null ? "yes" : "not yet";
}
