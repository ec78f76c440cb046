/** What a value must be, said once: to who sends another, and on the page of the protocol. */
import * as z from "zod/mini";

/** What a value is called on the page of the protocol, and what it must be. */
export interface Meaning {
  readonly name: string;
  readonly must: string;
}

/** The meaning of each schema of a single value. */
export const MEANINGS = z.registry<Meaning>();

/** Text that fits. */
export function text(meaning: Meaning, fits: (text: string) => boolean) {
  const error = `must be ${meaning.must}`;
  return z.string(error).check(z.refine(fits, error)).register(MEANINGS, meaning);
}

/** A number within bounds, which belong to it. */
export function wholeNumber(meaning: Meaning, { least, most }: { least: number; most: number }) {
  const error = `must be ${meaning.must}`;
  return z.int(error).check(z.gte(least, error), z.lte(most, error)).register(MEANINGS, meaning);
}
