import type { JobView } from "../../protocol/job_view.ts";

/** Which lines are asked for. */
export interface WantedLogs {
  readonly lines?: number | undefined;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly pattern?: RegExp | undefined;
  /** Whether lines are wanted as they were written. */
  readonly isRaw?: boolean;
}

/** A run of a job whose output is wanted. */
export interface LogSource {
  readonly job: JobView;
  /** 0 for a job that has never run. */
  readonly run: number;
}
