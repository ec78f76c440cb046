import * as z from "zod/mini";
import { type Fact, formatFact, parseFact } from "./fact.ts";
import type { JobRecord, RunRecord } from "../store/store.ts";

/**
 * `spec.json` in a run's directory: what the store knew of its job when it began, to find it again without the store.
 * Each field of the job is for its reader to judge, so that one that makes no sense costs no other.
 */
const RunSpec = z.object({
  job: z.record(z.string(), z.unknown()),
  run: z.object({ runId: z.string(), run: z.int(), startedAtMs: z.number() }),
});
export type RunSpec = z.infer<typeof RunSpec>;

/** The text of a spec. The environment is not in it: its values are in the store and nowhere else. */
export function formatRunSpec(job: JobRecord, run: RunRecord): string {
  const { env: _env, fault: _fault, ...kept } = job;
  const { runId, startedAtMs } = run;
  return formatFact({ job: kept, run: { runId, run: run.run, startedAtMs } });
}

/** What a spec's text says; undefined stands for one that is not there. */
export function parseRunSpec(text: string | undefined): Fact<RunSpec> {
  return text === undefined ? { is: "missing" } : parseFact(text, RunSpec);
}
