/** After so long without a sign of life the other side is asked for one; the default of the `heartbeat_interval` setting. */
export const HEARTBEAT_INTERVAL_MS = 15_000;

/** So many intervals without a sign of life are the end. */
export const MOST_MISSED = 2;
