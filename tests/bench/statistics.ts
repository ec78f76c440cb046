/** Figures out of samples. */

/** What is told of a row of samples, all in the samples' unit. */
export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** Throws for no samples. */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new Error("No samples to summarize");
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    count: sorted.length,
    min: sorted[0]!,
    median: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1)!,
  };
}

/** The median of `a[i] / b[i]`: a pair is measured side by side, so a drift of the machine cancels out. */
export function pairedRatio(a: readonly number[], b: readonly number[]): number {
  const ratios = a.slice(0, b.length).map((value, index) => value / b[index]!);
  return summarize(ratios).median;
}

/** Throws for no samples. */
export function mean(samples: readonly number[]): number {
  if (samples.length === 0) throw new Error("No samples to take the mean of");
  return samples.reduce((sum, each) => sum + each, 0) / samples.length;
}

/** Of the mean of the samples; 0 for a single one, of which nothing is known. */
export function standardError(samples: readonly number[]): number {
  if (samples.length < 2) return 0;
  const middle = mean(samples);
  const squares = samples.map((each) => (each - middle) ** 2);
  return Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / (samples.length - 1)) /
    Math.sqrt(samples.length);
}

/** Between the two neighbours of the place, in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}
