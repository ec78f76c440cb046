/** No name that we know is half as long, and comparing takes the square of the length. */
const LONGEST_COMPARED = 60;

/**
 * Letters to change, add, remove or swap to come from one word to the other (optimal string alignment). `@std/text`
 * counts a swap, the most frequent mistake, as two.
 */
function distanceBetween(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        last[column]! + 1,
        current[column - 1]! + 1,
        last[column - 1]! + (same ? 0 : 1),
      );
      if (
        row > 1 && column > 1 && from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1]
      ) {
        cost = Math.min(cost, beforeLast[column - 2]! + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}

/** How a word may be meant. */
export interface NearestOptions {
  /** Also as the beginning of a candidate, however long that is. */
  readonly mayBeShortened?: boolean;
}

/** The candidate that a mistyped `word` most likely meant, or undefined when none is near. */
export function findNearest(
  word: string,
  candidates: Iterable<string>,
  { mayBeShortened = false }: NearestOptions = {},
): string | undefined {
  if (word.length > LONGEST_COMPARED) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (mayBeShortened && word.length >= 2 && candidate.startsWith(word)) return candidate;
    const distance = distanceBetween(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}
