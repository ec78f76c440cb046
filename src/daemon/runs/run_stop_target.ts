import type { RunRecord } from "../../store/store.ts";
import type { LeftBehind } from "./left_behind.ts";
import type { LeftProcess, RunHost, RunMember } from "./run_host.ts";
import { lookAtRun } from "./run_sight.ts";
import type { StopTarget } from "./stop_procedure.ts";

/** Whose processes are to be ended. */
export interface JobStop {
  readonly jobId: string;
  /** The run that goes on; undefined when only what earlier ones have left is to go. */
  readonly run: RunRecord | undefined;
  /** What has let go is left alone; asked at each look. */
  readonly isSparing: () => boolean;
}

/** All of a job: its run, which is over when its shim has written the end or cannot any more, and what others left. */
export function toStopTarget(
  { host, left }: { host: RunHost; left: LeftBehind },
  { jobId, run, isSparing }: JobStop,
): StopTarget {
  const members = (): RunMember[] => [
    ...run === undefined ? [] : host.members(run, isSparing()),
    ...leftOf(left, jobId).filter(({ hasLetGo }) => !(hasLetGo && isSparing())),
  ];
  return {
    members,
    isRecorded: () => {
      if (run === undefined) return true;
      const { marker, shim } = lookAtRun(host, run).evidence;
      return shim !== "alive" || marker.kind === "exit" || marker.kind === "none";
    },
    holders: () => {
      if (!host.isAnyOutputOpen(jobId)) return [];
      if (run?.shim && host.isAlive(run.shim)) return "soon";
      const holders = host.findHolders([jobId]);
      if (holders.length > 0 || !host.isAnyOutputOpen(jobId)) return holders;
      return host.areKeepersBusy(jobId) ? "soon" : [UNKNOWN];
    },
    isAlive: host.isAlive,
    signalGroup: (signal) => run === undefined ? "gone" : host.signalGroup(run, signal),
    signalProcess: host.signalProcess,
    ownerOf: host.ownerOf,
  };
}

/** Of jobs that are no more. */
export function toStraysTarget(host: RunHost, left: LeftBehind): StopTarget {
  return {
    members: () => {
      left.look();
      return left.ofNobody();
    },
    isRecorded: () => true,
    holders: () => [],
    isAlive: host.isAlive,
    signalGroup: () => "gone",
    signalProcess: host.signalProcess,
    ownerOf: host.ownerOf,
  };
}

/** Somebody holds the output who may not be looked at. */
const UNKNOWN: RunMember = {
  identity: { pid: 0, startTime: "", bootId: "" },
  command: "unknown",
  inGroup: false,
  isHolder: true,
};

function leftOf(left: LeftBehind, jobId: string): readonly LeftProcess[] {
  if (!left.mayHave(jobId)) return [];
  left.look();
  return left.of(jobId);
}
