import type { Counters } from "../../protocol/snapshot.ts";

/** All counters at nought. */
export function createCounters(): Counters {
  return {
    requests: 0,
    connections: 0,
    rejected_connections: 0,
    rejected_requests: 0,
    dropped_events: 0,
    bytes_in: 0,
    bytes_out: 0,
  };
}
