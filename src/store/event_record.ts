import * as z from "zod/mini";
import type { SqlRow } from "../platform/sqlite.ts";
import { Count, parseRow, readJsonColumn, Text } from "./row_values.ts";

/** An event as it was announced: the shape of the protocol's ImpEvent, which the store does not know. */
export interface EventRecord {
  event: string;
  seq: number;
  /** RFC 3339 UTC. */
  time: string;
  job_id: string | null;
  data: Record<string, unknown>;
}

/** An event before the store has numbered it. */
export type NewEvent = Omit<EventRecord, "seq">;

const TIME_MUST = "must be a time";
const EventRow = z.object({
  event: Text,
  seq: Count,
  time: z.string(TIME_MUST).check(z.refine((time) => !isNaN(Date.parse(time)), TIME_MUST)),
  job_id: z.nullable(Text),
  data: z.record(z.string(), z.unknown(), "must be an object"),
});

/**
 * A row as a record.
 * @throws Error naming the columns that make no sense
 */
export function toEventRecord(row: SqlRow): EventRecord {
  return parseRow(EventRow, { ...row, data: readJsonColumn(row.data) });
}
