import type { JobView } from "../protocol/job_view.ts";
import type { JobReader } from "./command.ts";

/**
 * The jobs that a command names, without a daemon's help: each once, in the order named.
 * @throws AppError `job.not_found`, `job.ambiguous`
 */
export async function findJobs(
  source: JobReader,
  wanted: { readonly jobs: readonly string[]; readonly all?: boolean | undefined },
): Promise<JobView[]> {
  if (wanted.all) return [...(await source.request("list", {})).jobs];
  const found = new Map<string, JobView>();
  for (const job of wanted.jobs) {
    const { job: view } = await source.request("get_job", { job });
    found.set(view.id, view);
  }
  return [...found.values()];
}
