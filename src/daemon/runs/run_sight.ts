import type { ProcessIdentity } from "../../platform/processes/process_identity.ts";
import type { RunMarker } from "../../platform/run_directory.ts";
import type { RunRecord } from "../../store/store.ts";
import type { RunHost } from "./run_host.ts";
import type { RunEvidence } from "./run_verdict.ts";

/** A look at a run: what there is to be judged, and whom it found. */
export interface RunSight {
  readonly evidence: RunEvidence;
  /** As the run has it, or found by its mark where a daemon did not live to write it down. */
  readonly shim: ProcessIdentity | null;
  /** As the run has it; without its shim looked for where it was never seen. */
  readonly process: ProcessIdentity | null;
}

/**
 * Looks at everything that tells what became of a run. The marker comes first: an end that is written down is all that
 * counts, and for anything else of a short run it may take a look at all processes. It also comes last, see `judgeRun`.
 */
export function lookAtRun(host: RunHost, run: RunRecord): RunSight {
  const { process } = run;
  const before = host.marker(run.runId);
  if (before.kind === "exit") return { evidence: onlyMarker(before), shim: run.shim, process };
  const shim = run.shim ?? host.findShim(run) ?? null;
  if (shim !== null && host.isAlive(shim)) {
    return { evidence: { ...onlyMarker(before), shim: "alive" }, shim, process };
  }
  return lookWithoutShim(host, run, shim);
}

function onlyMarker(marker: RunMarker): RunEvidence {
  return { marker, shim: "unknown", command: "unknown", isOutputOpen: true };
}

function lookWithoutShim(
  host: RunHost,
  run: RunRecord,
  shim: ProcessIdentity | null,
): RunSight {
  const isOutputOpen = host.isOutputOpen(run);
  // A machine's look at all its processes, which is only worth its time when somebody is there.
  const process = run.process ?? (isOutputOpen ? host.findCommandProcess(run) : undefined) ?? null;
  const command = process === null ? "unknown" : host.isAlive(process) ? "alive" : "dead";
  const isOfOtherBoot = shim !== null && shim.bootId !== host.bootId;
  const shimIs = shim === null ? "unknown" : isOfOtherBoot ? "other_boot" : "dead";
  const marker = shimIs === "dead" ? lastMarker(host, run.runId, shim!) : host.marker(run.runId);
  return { evidence: { marker, shim: shimIs, command, isOutputOpen }, shim, process };
}

/** A shim that lost its directory could not write the end down; a child of ours has told it by its own exit. */
function lastMarker(host: RunHost, runId: string, shim: ProcessIdentity): RunMarker {
  const marker = host.marker(runId);
  const exit = marker.kind === "exit" || marker.kind === "queued" ? undefined : host.exitOf(shim);
  return exit === undefined ? marker : { kind: "exit", code: exit.code, endedAtMs: exit.atMs };
}
