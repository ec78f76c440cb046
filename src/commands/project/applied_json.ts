import type { AppliedJob } from "../../protocol/reply.ts";

/** What becomes of jobs of the project, as `--json` tells it: as every job they say `id`. */
export function toAppliedJson(jobs: readonly AppliedJob[]) {
  return jobs.map(({ job_id, ...rest }) => ({ id: job_id, ...rest }));
}
