import { AppError } from "../../base/app_error.ts";
import type { Job } from "../jobs/job.ts";
import type { JobSelection } from "../jobs/find_job.ts";

/** What is asked to start, and whether that is confirmed. */
export interface ConfirmableSelection extends JobSelection {
  readonly confirm?: boolean | undefined;
}

/**
 * Those that may be started: jobs that are to be confirmed only so; of all jobs they are left out without it.
 * @throws AppError `project.unconfirmed` when one is named without
 */
export function confirmed(
  jobs: readonly Job[],
  { all, confirm }: ConfirmableSelection,
): JobSelection {
  const isHeld = ({ record }: Job) => record.project?.confirm === true && confirm !== true;
  const held = jobs.filter(isHeld);
  if (held.length > 0 && !all) {
    throw unconfirmedError(held.map(({ id, record }) => record.name ?? id));
  }
  return { jobs: jobs.filter((job) => !isHeld(job)).map(({ id }) => id) };
}

/** What is said of jobs that nobody has confirmed. */
export function unconfirmedError(names: readonly string[]): AppError {
  const them = names.join(" ");
  return new AppError("project.unconfirmed", `To be confirmed before it is started: ${them}`, {
    hint: `Start it with: imp up --confirm ${them}`,
  });
}
