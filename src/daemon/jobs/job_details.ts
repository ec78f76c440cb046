import type { JobView } from "../../protocol/job_view.ts";
import type { LeftProcessView } from "../../protocol/process_view.ts";
import type { ReplyOf } from "../../protocol/request.ts";
import type { JobRecord, RunRecord } from "../../store/store.ts";
import { toRunView } from "./job_view.ts";
import { findChanges } from "./run_changes.ts";
import type { LeftProcess, RunFiles } from "../runs/run_host.ts";

/** What a job's details are made of. */
export interface JobDetailsSources {
  readonly view: JobView;
  readonly record: JobRecord;
  /** The newest first. */
  readonly runs: readonly RunRecord[];
  /** What those that are over have left. */
  readonly left?: readonly LeftProcess[];
  readonly filesOf: (jobId: string, run: number) => RunFiles;
}

/** All about one job. Of its environment the names only. */
export function toJobDetails(
  { view, record, runs, left = [], filesOf }: JobDetailsSources,
): ReplyOf<"get_job"> {
  const views = runs.map((run) => toRunView(run, filesOf(run.jobId, run.run)));
  const durations = views.flatMap((run) => run.duration_ms === null ? [] : [run.duration_ms]);
  const changes = findChanges(runs);
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  return {
    job: view,
    runs: views,
    ...(left.length > 0 ? { left_processes: left.map(toLeftView) } : {}),
    env_names: Object.keys(record.env).sort(),
    ...changes !== undefined && { changes },
    average_duration_ms: durations.length === 0 ? null : Math.round(total / durations.length),
  };
}

function toLeftView({ identity: { pid }, command, run, hasLetGo }: LeftProcess): LeftProcessView {
  return { pid, command, run, let_go: hasLetGo };
}
