import { forAllJobs } from "./for_each_job.ts";
import type { Job } from "./job.ts";
import type { LeftResult } from "./left_ending.ts";
import type { RunSurvivor } from "../runs/stop_procedure.ts";

/** A process that could not be ended, and whose it is. */
export interface JobSurvivor extends RunSurvivor {
  readonly job_id: string;
}

/** What came of stopping several jobs. */
export interface StopAllResult {
  readonly survivors: JobSurvivor[];
  /** How many processes have ended that earlier runs of jobs that were down had left. */
  readonly ended: { readonly job_id: string; readonly processes: number }[];
}

/** Stops jobs at the same time, each by `stop`; what came of it together. */
export async function stopAll(
  jobs: readonly Job[],
  stop: (job: Job) => Promise<LeftResult>,
): Promise<StopAllResult> {
  const results = await forAllJobs(
    jobs,
    async (job) => ({ job_id: job.id, ...await stop(job) }),
  );
  return {
    survivors: results.flatMap(({ job_id, survivors }) =>
      survivors.map((survivor) => ({ job_id, ...survivor }))
    ),
    ended: results.filter(({ ended }) => ended > 0)
      .map(({ job_id, ended }) => ({ job_id, processes: ended })),
  };
}
