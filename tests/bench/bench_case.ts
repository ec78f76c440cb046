/** What a benchmark measures and what it tells. */
import type { Summary } from "./statistics.ts";
import type { BenchWorld } from "./bench_world.ts";

/** One thing to measure. */
export interface BenchCase {
  readonly name: string;
  readonly summary: string;
  run(world: BenchWorld): Promise<BenchResult>;
}

/** What figures are in; none for what is counted. */
export type BenchUnit = "ms" | "MiB" | "MiB/s" | "%" | "";

/** A subject's line in a result. */
export interface BenchRow {
  readonly subject: string;
  readonly figures: Summary;
  /** Where it is not the result's own. */
  readonly unit?: BenchUnit;
  /** Against the first row of the result, pair by pair. */
  readonly ratio?: number;
}

/** What is better told in columns of its own than as one figure a line. */
export interface BenchTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What a case found. */
export interface BenchResult {
  readonly unit: BenchUnit;
  readonly rows: readonly BenchRow[];
  readonly table?: BenchTable;
  /** What DESIGN asks for, and whether it holds. */
  readonly targets?: readonly BenchTarget[];
  readonly notes?: readonly string[];
}

/** A promise of the design beside what was measured. */
export interface BenchTarget {
  readonly text: string;
  readonly measured: number;
  /** One of the two. */
  readonly atMost?: number;
  readonly atLeast?: number;
}
