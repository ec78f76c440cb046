/** Where a job can be. `stopped` was asked for; `lost` means that its end could not be known. */
export const JOB_STATUSES = [
  "starting",
  "running",
  "stopping",
  "backoff",
  "stopped",
  "exited",
  "failed",
  "lost",
] as const;

/** True while a process of the job may be there, or is about to be. */
export function isUp(status: (typeof JOB_STATUSES)[number]): boolean {
  return status === "starting" || status === "running" || status === "stopping" ||
    status === "backoff";
}
