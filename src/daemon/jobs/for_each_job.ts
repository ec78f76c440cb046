import type { Job } from "./job.ts";

/** Does something to each of the jobs, also when it fails for one of them; the first failure is thrown afterwards. */
export function forEachJob(jobs: readonly Job[], action: (job: Job) => void): void {
  const failures: unknown[] = [];
  for (const job of jobs) {
    try {
      action(job);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** The same for what takes time, of all at once; resolves with what each came to. */
export async function forAllJobs<T>(
  jobs: readonly Job[],
  action: (job: Job) => Promise<T>,
): Promise<T[]> {
  const outcomes = await Promise.allSettled(jobs.map(action));
  return outcomes.map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}
