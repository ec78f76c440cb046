import type { RunRecord } from "../store/store.ts";
import type { RunHost } from "./run_host.ts";
import { lookAtRun } from "./run_sight.ts";
import type { StopTarget } from "./stop_procedure.ts";

/** A run is over when its shim has written the end, or cannot any more. */
export function toStopTarget(host: RunHost, run: RunRecord): StopTarget {
  return {
    members: () => host.members(run),
    isRecorded: () => {
      const { marker, shim } = lookAtRun(host, run).evidence;
      return shim !== "alive" || marker.kind === "exit" || marker.kind === "none";
    },
    signalGroup: (signal) => host.signalGroup(run, signal),
    signalProcess: host.signalProcess,
    holders: () => [],
    isAlive: host.isAlive,
    ownerOf: host.ownerOf,
  };
}
