import type { RunMarker } from "../../platform/run_directory.ts";

/** What can be seen of a run whose end is not stored. */
export interface RunEvidence {
  readonly marker: RunMarker;
  /** `unknown`: never written down, and not found; `other_boot`: before a restart of the machine, or elsewhere. */
  readonly shim: "unknown" | "alive" | "dead" | "other_boot";
  /** The command itself. */
  readonly command: "unknown" | "alive" | "dead";
  /** Whether somebody holds the run's output, which is asked without pids. */
  readonly isOutputOpen: boolean;
}

/** What became of a run. */
export type RunVerdict =
  /** Nothing of it has run, and nothing will by itself. */
  | { readonly is: "unbegun" }
  /** Its shim lives and has not come to the command yet. */
  | { readonly is: "beginning" }
  /** Its shim lives and will write down how the command ends. */
  | { readonly is: "running" }
  /** The command lives, and nobody will write down how it ends. */
  | { readonly is: "unsupervised" }
  /** Somebody holds its output who cannot be told from the command: it counts as going on. */
  | { readonly is: "unclear" }
  /** The end is written down. */
  | { readonly is: "ended"; readonly code: number; readonly endedAtMs: number }
  /** Ended, and nobody can know how. */
  | { readonly is: "lost"; readonly reason: string; readonly cause: LostCause };

/** The same reason as a stable word. */
export type LostCause = "lost.shim_killed" | "lost.rebooted";

/** Of a run of which nothing goes on. */
export type OverVerdict = Extract<RunVerdict, { readonly is: "unbegun" | "ended" | "lost" }>;

const SHIM_KILLED = {
  is: "lost",
  reason: "exit code unknown: its shim was killed",
  cause: "lost.shim_killed",
} as const;
const REBOOTED = {
  is: "lost",
  reason: "the machine was restarted",
  cause: "lost.rebooted",
} as const;

/**
 * The one place that says what became of a run: total and pure, so that its test can go through every combination. The
 * marker must be what was looked at last: who else is gone by then writes none any more.
 */
export function judgeRun({ marker, shim, command, isOutputOpen }: RunEvidence): RunVerdict {
  if (marker.kind === "exit") {
    return { is: "ended", code: marker.code, endedAtMs: marker.endedAtMs };
  }
  // Without its directory it is alive all the same.
  if (shim === "alive") return { is: marker.kind === "queued" ? "beginning" : "running" };
  if (command === "alive") return { is: "unsupervised" };
  // It may live where we cannot see it: in another pid namespace.
  if (shim === "other_boot") {
    return isOutputOpen ? { is: "unclear" } : REBOOTED;
  }
  if (isOutputOpen && (command === "unknown" || marker.kind === "queued")) return { is: "unclear" };
  const hasLeftNothing = marker.kind === "none" && shim === "unknown" && command === "unknown";
  if (marker.kind === "queued" || hasLeftNothing) return { is: "unbegun" };
  return SHIM_KILLED;
}

/** The same after a stop, which leaves nobody, or only what cannot be ended: who still lives does not count. */
export function judgeStoppedRun(evidence: RunEvidence): RunVerdict {
  const gone = <Seen extends string>(seen: Seen) => seen === "alive" ? "dead" : seen;
  return judgeRun({
    marker: evidence.marker,
    shim: gone(evidence.shim),
    command: gone(evidence.command),
    isOutputOpen: false,
  });
}

/** Whether nothing of the run goes on. */
export function isOver(verdict: RunVerdict): verdict is OverVerdict {
  return verdict.is === "ended" || verdict.is === "unbegun" || verdict.is === "lost";
}
