import { keepJobs } from "../jobs/tenure.ts";
import type { Handler } from "./handler.ts";

/** Changes what ends jobs by itself. */
export const handleKeep: Handler<"keep", "supervisor" | "leases"> = (
  payload,
  { supervisor, leases },
) => {
  const jobs = supervisor.select(payload);
  keepJobs(jobs, payload.lease, leases);
  return { jobs: jobs.map((job) => job.view()) };
};
