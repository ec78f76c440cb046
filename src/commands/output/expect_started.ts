import { AppError } from "../../base/app_error.ts";
import type { JobView } from "../../protocol/job_view.ts";
import { callJob, hasFailedAtOnce, nameJob, whyNotStarted } from "./job_text.ts";

/**
 * @throws AppError `job.not_started` with the reason of each that should run by now and never began, or, of those that
 * were `tried` before, has failed by the time we were answered: a new job that fails is no failure to add it
 */
export function expectStarted(jobs: readonly JobView[], tried: readonly JobView[] = jobs): void {
  const unbegun = jobs.filter((job) => whyNotStarted(job) !== undefined);
  const failed = tried.filter(hasFailedAtOnce);
  if (unbegun.length + failed.length === 0) return;
  const lines = [
    ...unbegun.map((job) => `Job ${nameJob(job)} did not start: ${whyNotStarted(job)}`),
    ...failed.map((job) => `Job ${nameJob(job)} failed at once: ${howItEnded(job)}`),
  ];
  throw new AppError("job.not_started", lines.join("\n"), {
    hint: unbegun.length > 0
      ? `Try again when that is mended: imp start ${unbegun.map(callJob).join(" ")}`
      : `What it said: imp logs ${failed.map(callJob).join(" ")}`,
  });
}

function howItEnded({ signal, exit_code, reason, status }: JobView): string {
  const end = signal ??
    (exit_code === null ? reason ?? "nobody knows how" : `exit code ${exit_code}`);
  return status === "backoff" ? `${end}; it is started again soon` : end;
}
