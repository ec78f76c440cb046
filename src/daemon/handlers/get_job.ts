import type { Handler } from "../handler.ts";
import { toRunView } from "../job_view.ts";

/** All about one job. Of its environment the names only. */
export const handleGetJob: Handler<"get_job"> = (
  { job: reference },
  { supervisor, store, sampler, host },
) => {
  sampler.refresh();
  const job = supervisor.resolve(reference);
  const runs = store.runs.listByJob(job.id).map((run) =>
    toRunView(run, host.files(job.id, run.run))
  );
  const durations = runs.flatMap((run) => run.duration_ms === null ? [] : [run.duration_ms]);
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  return {
    job: job.view(),
    runs,
    env_names: Object.keys(job.record.env).sort(),
    average_duration_ms: durations.length === 0 ? null : Math.round(total / durations.length),
  };
};
