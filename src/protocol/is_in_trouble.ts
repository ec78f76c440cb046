import type { JobView } from "./job_view.ts";

/** Whether something is wrong with a job that somebody should know: the one word on it, for all who ask. */
export function isInTrouble(
  job: Pick<JobView, "status" | "reason" | "unready_reason" | "waiting_for" | "problem">,
): boolean {
  const { status, reason, unready_reason, waiting_for = [], problem } = job;
  if (problem) return true;
  if (status === "failed" || status === "lost" || status === "backoff") return true;
  if (status === "stopping") return reason !== null;
  if (status === "running") return Boolean(unready_reason);
  return waiting_for.some((awaited) => awaited.problem !== null);
}
