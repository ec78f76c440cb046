import { AppError } from "../../base/app_error.ts";
import type { JobView } from "../../protocol/job_view.ts";
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
    if (job.startsWith("@")) {
      for (const view of await findGroup(source, job)) found.set(view.id, view);
      continue;
    }
    const { job: view } = await source.request("get_job", { job });
    found.set(view.id, view);
  }
  return [...found.values()];
}

/** The jobs of `@GROUP`. @throws AppError `job.not_found` */
async function findGroup(source: JobReader, reference: string): Promise<JobView[]> {
  const { jobs } = await source.request("list", {});
  const found = jobs.filter(({ groups = [] }) => groups.includes(reference.slice(1)));
  if (found.length > 0) return found;
  throw new AppError("job.not_found", `No job is in a group ${JSON.stringify(reference)}`, {
    hint: "Groups are given by the project's file; see imp list --json",
  });
}
