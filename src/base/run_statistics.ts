/** A run that is over, as far as statistics need it. */
export interface EndedRun {
  /** `exited` and `failed` ended by themselves, anything else did not. */
  readonly outcome: string;
  /** Null while it goes on. */
  readonly durationMs: number | null;
}

/** What the runs of a job that are kept have in common; null where none of them tells. */
export interface RunStatistics {
  /** How many of those that ended by themselves did so with 0, of 100. */
  success_percent: number | null;
  average_duration_ms: number | null;
  shortest_duration_ms: number | null;
  longest_duration_ms: number | null;
  /** Half of those that went well took longer; null before two have. */
  usual_duration_ms: number | null;
}

/** So many good runs tell how long one usually takes. */
const LEAST_GOOD_RUNS = 2;

/** Sums up the runs of one job. */
export function sumUpRuns(runs: readonly EndedRun[]): RunStatistics {
  const durations = durationsOf(runs);
  const good = durationsOf(runs.filter(({ outcome }) => outcome === "exited"));
  const own = runs.filter(hasEndedByItself);
  return {
    success_percent: own.length === 0 ? null : Math.round(100 * good.length / own.length),
    average_duration_ms: durations.length === 0
      ? null
      : Math.round(durations.reduce((sum, each) => sum + each, 0) / durations.length),
    shortest_duration_ms: durations[0] ?? null,
    longest_duration_ms: durations.at(-1) ?? null,
    usual_duration_ms: good.length < LEAST_GOOD_RUNS ? null : good[Math.floor(good.length / 2)]!,
  };
}

/** Whether nobody had to stop it; one whose end is not known tells nothing. */
export function hasEndedByItself({ outcome, durationMs }: EndedRun): boolean {
  return durationMs !== null && (outcome === "exited" || outcome === "failed");
}

/** The shortest first. */
function durationsOf(runs: readonly EndedRun[]): number[] {
  return runs.flatMap(({ durationMs }) => durationMs === null ? [] : [durationMs])
    .toSorted((a, b) => a - b);
}

/** How far a run is that has gone on for so long, of 100; never done before it is. Null where nobody can tell. */
export function progressPercent(elapsedMs: number, usualMs: number | null): number | null {
  if (usualMs === null || usualMs <= 0) return null;
  return Math.max(0, Math.min(99, Math.floor(100 * elapsedMs / usualMs)));
}
