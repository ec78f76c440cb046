import type { ImpEvent } from "./event.ts";
import type { JobView } from "./job_view.ts";

/** The job that a `job_*` event carries, or undefined for the others. */
export function jobOf({ event, data }: ImpEvent): JobView | undefined {
  if (!event.startsWith("job_") || typeof data !== "object" || data === null) return undefined;
  const { id, status, command } = data as Partial<JobView>;
  const isJob = typeof id === "string" && typeof status === "string" && Array.isArray(command);
  return isJob ? data as JobView : undefined;
}
