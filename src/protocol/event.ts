import * as z from "zod/mini";
import { EVENT_NAMES } from "./event_name.ts";

/** What happened. */
export const EventName = z.enum(EVENT_NAMES);
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
  data: z.record(z.string(), z.unknown()),
});
export type ImpEvent = z.infer<typeof ImpEvent>;
