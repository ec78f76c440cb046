import { formatDuration } from "../../base/duration.ts";
import { notReady, READY, type Try } from "./probe.ts";
import type { ProbeWorld } from "./probe_world.ts";

/** Ready is a run that is there so long after its start. */
export function delayProbe(ms: number, { ageMs }: Pick<ProbeWorld, "ageMs">): Try {
  return () =>
    Promise.resolve(ageMs() >= ms ? READY : notReady(`${formatDuration(ms)} are not over`));
}
