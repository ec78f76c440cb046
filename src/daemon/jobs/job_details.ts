import { type EndedRun, sumUpRuns } from "../../base/run_statistics.ts";
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
  const changes = findChanges(runs);
  return {
    job: view,
    runs: views,
    ...(left.length > 0 ? { left_processes: left.map(toLeftView) } : {}),
    env_names: Object.keys(record.env).sort(),
    ...changes !== undefined && { changes },
    ...sumUpRuns(runs.map(toEndedRun)),
  };
}

/** A stored run, as far as statistics need it. */
export function toEndedRun(
  { outcome, startedAtMs, finishedAtMs }: Pick<
    RunRecord,
    "outcome" | "startedAtMs" | "finishedAtMs"
  >,
): EndedRun {
  return {
    outcome,
    durationMs: finishedAtMs === null ? null : Math.max(0, finishedAtMs - startedAtMs),
  };
}

function toLeftView({ identity: { pid }, command, run, hasLetGo }: LeftProcess): LeftProcessView {
  return { pid, command, run, let_go: hasLetGo };
}
