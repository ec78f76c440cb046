import type { RestartPolicy } from "../../protocol/values.ts";

/** How a run ended, for the policy: its code, or `unknown` when it was lost, or `unstarted` when it never began. */
export type Ending = { readonly code: number } | "unknown" | "unstarted";

/** The numbers that shape the pauses; they come from the settings. */
export interface BackoffLimits {
  readonly initialMs: number;
  readonly maxMs: number;
  /** `on-failure` without a number gives up after this many restarts in a row; 0: never. */
  readonly crashLoopLimit: number;
}

/** What the policy says: the event for the machine, and the pause before the next start. */
export type Verdict =
  | { readonly event: "ended_again"; readonly delayMs: number }
  | {
    readonly event: "ended_ok" | "ended_bad" | "ended_unknown" | "spawn_failed";
    readonly gaveUpAfter?: number;
  };

/** Up to a tenth more or less, so that jobs that fell together do not come back together. */
const JITTER = 0.1;

/** The pause before restart number `tally + 1` in a row: doubling, bounded, with jitter from `random` (0 … 1). */
export function backoffDelayMs(tally: number, limits: BackoffLimits, random: number): number {
  const plain = Math.min(limits.maxMs, limits.initialMs * 2 ** Math.min(tally, 30));
  return Math.round(plain * (1 + JITTER * (2 * random - 1)));
}

/**
 * Decides what an end means. `tally` counts the restarts in a row so far; a run that stayed up long enough has reset
 * it. A lost run is not known to have failed, so `on-failure` leaves it alone.
 */
export function judgeEnding(
  policy: RestartPolicy,
  ending: Ending,
  options: { tally: number; limits: BackoffLimits; random: number },
): Verdict {
  const { tally, limits, random } = options;
  const failed = ending === "unstarted" || (ending !== "unknown" && ending.code !== 0);
  const wanted = policy.mode === "always" || policy.mode === "unless-stopped" ||
    (policy.mode === "on-failure" && failed);
  const most = policy.mode === "on-failure"
    ? policy.max ?? (limits.crashLoopLimit || Infinity)
    : Infinity;
  if (wanted && tally < most) {
    return { event: "ended_again", delayMs: backoffDelayMs(tally, limits, random) };
  }
  const gaveUp = wanted && tally > 0 ? { gaveUpAfter: tally } : {};
  if (ending === "unknown") return { event: "ended_unknown" };
  if (ending === "unstarted") return { event: "spawn_failed", ...gaveUp };
  return { event: ending.code === 0 ? "ended_ok" : "ended_bad", ...gaveUp };
}

/** True for policies whose jobs come back with the daemon when it was stopped together with them. */
export function comesBackWithDaemon(policy: RestartPolicy): boolean {
  return policy.mode === "always" || policy.mode === "unless-stopped";
}
