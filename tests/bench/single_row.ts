import type { BenchRow } from "./bench_case.ts";
import { summarize } from "./statistics.ts";

/** A row for figures that are not measured in turn with others, or only once. */
export function toRow(subject: string, ...samples: number[]): BenchRow {
  return { subject, figures: summarize(samples) };
}
