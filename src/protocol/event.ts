import * as z from "./schema.ts";
import { JobView } from "./job_view.ts";

/** Every name an event can have; a retired name is never used again. */
export const EventName = z.enum([
  "job_added",
  "job_started",
  "job_ready",
  "job_stopped",
  "job_restarting",
  "job_updated",
  "job_removed",
  "daemon_ready",
  "daemon_reloaded",
  "daemon_stopping",
  "daemon_handover",
  "gap",
]);
export type EventName = z.infer<typeof EventName>;

/**
 * One change. `data` is the job for `job_*`, `{from, to}` (the first and last sequence number that are missing) for
 * `gap`, and facts about the daemon for `daemon_*`.
 */
export const ImpEvent = z.object({
  event: EventName,
  seq: z.number(),
  time: z.string(),
  job_id: z.nullable(z.string()),
  data: z.record(z.unknown()),
});
export type ImpEvent = z.infer<typeof ImpEvent>;

/** The job that a `job_*` event carries, or undefined for the others. */
export function jobOf(event: ImpEvent): JobView | undefined {
  if (!event.event.startsWith("job_")) return undefined;
  const parsed = JobView.safeParse(event.data);
  return parsed.success ? parsed.data : undefined;
}

/** What is true now, and the sequence number it is true at: events follow from `seq + 1`. */
export const EventSnapshot = z.object({
  seq: z.number(),
  jobs: z.array(JobView),
});
export type EventSnapshot = z.infer<typeof EventSnapshot>;
