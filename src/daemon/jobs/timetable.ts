import type { JobRecord, SkippedStart, Timetable } from "../../store/store.ts";

/** Whether the job is started by its schedule when the time comes. */
export function isScheduled({ schedule, timetable, fault }: JobRecord): boolean {
  return schedule !== null && timetable !== null && fault === undefined;
}

/** The timetable of a job whose schedule counts from now on, or goes on counting. */
export function timetableFrom(
  { schedule, timetable }: Pick<JobRecord, "schedule" | "timetable">,
  sinceMs: number,
  skipped: SkippedStart | null = timetable?.skipped ?? null,
): Timetable | null {
  return schedule === null ? null : { sinceMs, skipped };
}
