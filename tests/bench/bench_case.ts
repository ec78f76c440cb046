/** What a benchmark measures and what it tells. */
import type { Summary } from "./statistics.ts";
import type { BenchWorld } from "./bench_world.ts";

/** One thing to measure. */
export interface BenchCase {
  readonly name: string;
  readonly summary: string;
  run(world: BenchWorld): Promise<BenchResult>;
}

/** A subject's line in a result. */
export interface BenchRow {
  readonly subject: string;
  readonly figures: Summary;
  /** Against the first row of the result, pair by pair. */
  readonly ratio?: number;
}

/** What a case found. */
export interface BenchResult {
  readonly unit: "ms" | "MiB" | "MiB/s" | "%" | "";
  readonly rows: readonly BenchRow[];
  /** What DESIGN asks for, and whether it holds. */
  readonly targets?: readonly BenchTarget[];
  readonly notes?: readonly string[];
}

/** A promise of the design beside what was measured. */
export interface BenchTarget {
  readonly text: string;
  readonly measured: number;
  readonly atMost: number;
}
