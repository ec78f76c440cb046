import type { ReadPlaces } from "../../logs/read_places.ts";
import type { StreamName } from "../../logs/log_paths.ts";
import type { Reading, Stretch } from "../../logs/stretches.ts";
import { isUp } from "../../protocol/job_status.ts";
import type { JobView } from "../../protocol/job_view.ts";

/** Which lines are asked for. */
export interface WantedLogs {
  /** The last so many of each job. */
  readonly lines?: number | undefined;
  /** The last so many of all jobs together. */
  readonly total?: number | undefined;
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly pattern?: RegExp | undefined;
  /** Whether lines are wanted as they were written. */
  readonly isRaw?: boolean;
  /** Whether a line that comes again is only counted. */
  readonly isDeduped?: boolean;
  /** Is moved as output is read: only who prints cursors wants to know. */
  readonly read?: ReadPlaces | undefined;
}

/** A job whose output is wanted. */
export interface LogSource {
  readonly job: JobView;
  /** The last run that is wanted; 0 for a job that has never run. */
  readonly run: number;
  /** Both, by default. */
  readonly streams?: readonly StreamName[] | undefined;
  /** What is wanted of which runs, instead of all of that one. */
  readonly reading?: (Reading & { readonly isExact: boolean }) | undefined;
}

/** The parts of runs that are wanted, in their order. */
export function stretchesOf({ run, reading }: LogSource): readonly Stretch[] {
  if (reading !== undefined) return reading.stretches;
  return run > 0 ? [{ run, from: {}, to: {} }] : [];
}

/** Whether nothing more comes of a run. */
export function isOver(job: JobView, run: number): boolean {
  return run !== job.run || !isUp(job.status);
}
