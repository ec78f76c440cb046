/** Programs as fresh files, again and again: where a file lies moves the time of its start by up to a tenth. */
import { mean, standardError } from "./statistics.ts";

/** A program that is measured as several calls. */
export interface CopiedProgram {
  readonly path: string;
  /** By the name of the subject: what stands behind the program. */
  readonly calls: Readonly<Record<string, readonly string[]>>;
}

/** Options of {@linkcode measureCopies}. */
export interface MeasureCopiesOptions {
  /** The first call of the first is what all are compared with. */
  readonly programs: readonly CopiedProgram[];
  /** Fresh copies of each program, */
  readonly copies: number;
  /** and so many rounds of all calls with each copy. */
  readonly rounds: number;
  /** Where the copies go. */
  readonly directory: string;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** What one call takes. */
  readonly measure: (command: readonly string[]) => number;
}

/** What a call took against the first one: the mean over the copies, and its standard error. */
export interface CopiedRatio {
  readonly ratio: number;
  readonly error: number;
}

/** One copy of each program after the other, in an order by chance, and on each all calls in an order by chance. */
export async function measureCopies(
  options: MeasureCopiesOptions,
): Promise<ReadonlyMap<string, CopiedRatio>> {
  const ratios = new Map<string, number[]>();
  for (let copy = 0; copy < options.copies; copy++) {
    const means = await measureCopy(options);
    const floor = [...means.values()][0]!;
    for (const [name, value] of means) {
      ratios.set(name, [...ratios.get(name) ?? [], value / floor]);
    }
  }
  return new Map(
    [...ratios].map(([name, each]) => [name, { ratio: mean(each), error: standardError(each) }]),
  );
}

async function measureCopy(options: MeasureCopiesOptions): Promise<ReadonlyMap<string, number>> {
  const { programs, rounds, directory, random, measure } = options;
  const commands = new Map<string, readonly string[]>();
  const copied: string[] = [];
  for (const program of inOrderByChance(programs, random)) {
    const copy = `${directory}/copy-${copied.length}`;
    await Deno.copyFile(program.path, copy);
    copied.push(copy);
    for (const [name, args] of Object.entries(program.calls)) commands.set(name, [copy, ...args]);
  }
  const names = programs.flatMap(({ calls }) => Object.keys(calls));
  const samples = new Map<string, number[]>(names.map((name) => [name, []]));
  // The first of each reads the file and may be let pass.
  for (let round = -1; round < rounds; round++) {
    for (const name of inOrderByChance(names, random)) {
      const took = measure(commands.get(name)!);
      if (round >= 0) samples.get(name)!.push(took);
    }
  }
  for (const copy of copied) await Deno.remove(copy);
  return new Map([...samples].map(([name, each]) => [name, mean(each)]));
}

/** A copy, shuffled (Fisher and Yates). */
export function inOrderByChance<Item>(items: readonly Item[], random: () => number): Item[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!];
  }
  return shuffled;
}
