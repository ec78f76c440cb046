/** Measures several subjects in turn, so that all of them see the same weather. */
import type { BenchRow } from "./bench_case.ts";
import { pairedRatio, summarize } from "./statistics.ts";

/** Something that can be measured again and again. */
export interface Subject {
  readonly name: string;
  /** One measurement. */
  measure(): number | Promise<number>;
}

/** Options of {@linkcode interleave}. */
export interface InterleaveOptions {
  readonly rounds: number;
  /** Rounds that are not counted. */
  readonly warmup?: number;
}

/** A B C, C B A, A B C, …: nobody always comes after the same; the first subject is what the others are compared with. */
export async function interleave(
  subjects: readonly Subject[],
  { rounds, warmup = 1 }: InterleaveOptions,
): Promise<BenchRow[]> {
  const samples = subjects.map((): number[] => []);
  for (let round = -warmup; round < rounds; round++) {
    const order = [...subjects.entries()];
    for (const [index, subject] of round % 2 === 0 ? order : order.reverse()) {
      const value = await subject.measure();
      if (round >= 0) samples[index]!.push(value);
    }
  }
  return subjects.map((subject, index) => ({
    subject: subject.name,
    figures: summarize(samples[index]!),
    ratio: pairedRatio(samples[index]!, samples[0]!),
  }));
}
