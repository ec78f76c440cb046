import type { Standing, Surroundings } from "../../base/surroundings.ts";
import { onCpus, OWN_PERMISSIONS } from "./own_permissions.ts";
import { standingDifferences } from "./standing_differences.ts";
import { readStanding, readSurroundings } from "./surroundings.ts";
import { planSurroundings, type SurroundingsPlan } from "./surroundings_plan.ts";
import { systemClock } from "../system_clock.ts";

/** Somebody may change ours with renice or prlimit, and a hundred jobs are started at once. */
const FRESH_MS = 1_000;

const NOTHING: SurroundingsPlan = { setup: "", missing: [] };

let own: { readonly surroundings: Surroundings; readonly readAtMs: number } | undefined;
let standing: Standing | undefined;

/** How a job that we start gets these surroundings; without any it has ours. */
export function planForJob(wanted: Surroundings | null | undefined): SurroundingsPlan {
  if (wanted === null || wanted === undefined) return NOTHING;
  return planSurroundings(wanted, { own: ownSurroundings(), may: OWN_PERMISSIONS });
}

/** What a job that we start cannot have of the place that it was asked for from, as people call it. */
export function missingForJob(
  { surroundings, standing: caller }: {
    readonly surroundings?: Surroundings | null | undefined;
    readonly standing?: Standing | undefined;
  },
): string[] {
  const missing = [...planForJob(surroundings).missing];
  // What a process stands in it cannot leave by itself.
  if (caller !== undefined) {
    missing.push(...standingDifferences(caller, standing ??= readStanding()));
  }
  return missing;
}

/** Starts something on the processors of a plan: one synchronous call. */
export function withCpus<T>({ cpus }: SurroundingsPlan, start: () => T): T {
  if (cpus === undefined) return start();
  const started = onCpus(cpus, () => ({ value: start() }));
  return started === undefined ? start() : started.value;
}

function ownSurroundings(): Surroundings {
  const nowMs = systemClock.monotonic();
  if (own === undefined || nowMs - own.readAtMs > FRESH_MS) {
    own = { surroundings: readSurroundings(), readAtMs: nowMs };
  }
  return own.surroundings;
}
