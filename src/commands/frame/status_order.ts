import type { StatusSnapshot } from "../../protocol/snapshot.ts";

/**
 * Whether `one` tells of a time before `other`: the daemon's own counts decide before the time of day, which may be set
 * back.
 */
export function isOlder(one: StatusSnapshot, other: StatusSnapshot): boolean {
  return compareAll(
    [one.daemon.started_at, other.daemon.started_at],
    [one.daemon.seq, other.daemon.seq],
    [one.daemon.uptime_s, other.daemon.uptime_s],
    [one.generated_at, other.generated_at],
  ) < 0;
}

/** The first pair that differs decides. */
function compareAll(...pairs: readonly (readonly [string, string] | readonly [number, number])[]) {
  for (const [one, other] of pairs) {
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
