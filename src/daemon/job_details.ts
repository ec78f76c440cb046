import type { JobView } from "../protocol/job_view.ts";
import type { ReplyOf } from "../protocol/request.ts";
import type { JobRecord, RunRecord } from "../store/store.ts";
import { toRunView } from "./job_view.ts";
import type { RunFiles } from "./run_host.ts";

/** What a job's details are made of. */
export interface JobDetailsSources {
  readonly view: JobView;
  readonly record: JobRecord;
  /** The newest first. */
  readonly runs: readonly RunRecord[];
  readonly filesOf: (jobId: string, run: number) => RunFiles;
}

/** All about one job. Of its environment the names only. */
export function toJobDetails(
  { view, record, runs, filesOf }: JobDetailsSources,
): ReplyOf<"get_job"> {
  const views = runs.map((run) => toRunView(run, filesOf(run.jobId, run.run)));
  const durations = views.flatMap((run) => run.duration_ms === null ? [] : [run.duration_ms]);
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  return {
    job: view,
    runs: views,
    env_names: Object.keys(record.env).sort(),
    average_duration_ms: durations.length === 0 ? null : Math.round(total / durations.length),
  };
}
