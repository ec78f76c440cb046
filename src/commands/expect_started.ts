import { AppError } from "../base/app_error.ts";
import type { JobView } from "../protocol/job_view.ts";
import { callJob, nameJob, whyNotStarted } from "./output/job_text.ts";

/** @throws AppError `job.not_started` with the reason of each that should run by now and never began */
export function expectStarted(jobs: readonly JobView[]): void {
  const failed = jobs.filter((job) => whyNotStarted(job) !== undefined);
  if (failed.length === 0) return;
  const lines = failed.map((job) => `Job ${nameJob(job)} did not start: ${whyNotStarted(job)}`);
  throw new AppError("job.not_started", lines.join("\n"), {
    hint: `Try again when that is mended: imp start ${failed.map(callJob).join(" ")}`,
  });
}
