import type { Handler } from "./handler.ts";
import { toJobDetails } from "../jobs/job_details.ts";

/** All about one job. Of its environment the names only. */
export const handleGetJob: Handler<
  "get_job",
  "supervisor" | "store" | "sampler" | "host" | "left"
> = (
  { job: reference },
  { supervisor, store, sampler, host, left },
) => {
  const job = supervisor.resolve(reference);
  sampler.lookAt(job);
  left.lookIfLikely([job]);
  return toJobDetails({
    view: job.view(),
    record: job.record,
    runs: store.runs.listByJob(job.id),
    filesOf: host.files,
    left: left.of(job.id),
  });
};
