/** What every case works with: imp in a box of its own, the floor to compare with, how often to measure. */
import { type Box, openBox } from "../support/box.ts";
import { buildEmptyProgram } from "./empty_program.ts";

/** Options of {@linkcode openBenchWorld}. */
export interface BenchWorldOptions {
  /** Scales the number of measurements; 1 is the default of each case. */
  readonly effort: number;
}

/** See {@linkcode openBenchWorld}. */
export interface BenchWorld extends AsyncDisposable {
  readonly box: Box;
  /** Starts a program that does nothing, on the runtime that imp is on. */
  readonly emptyProgram: readonly string[];
  /** The number of measurements for a case whose own is `count`; at least 2. */
  rounds(count: number): number;
}

/** A fresh world; everything in it has ended with its scope. */
export async function openBenchWorld({ effort }: BenchWorldOptions): Promise<BenchWorld> {
  const box = await openBox();
  return {
    box,
    emptyProgram: await buildEmptyProgram(box),
    rounds: (count) => Math.max(2, Math.round(count * effort)),
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose](),
  };
}
