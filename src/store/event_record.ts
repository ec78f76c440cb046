import type { SqlRow } from "../platform/sqlite.ts";

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

/**
 * A row as a record.
 * @throws SyntaxError when `data` holds no JSON
 */
export function toEventRecord(row: SqlRow): EventRecord {
  return {
    event: row.event as string,
    seq: row.seq as number,
    time: row.time as string,
    job_id: row.job_id as string | null,
    data: JSON.parse(row.data as string),
  };
}
