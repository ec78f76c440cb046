import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** No name that we know is half as long, and comparing takes the square of the length. */
const LONGEST_COMPARED = 60;

/** The one of `names` that differs least from `written`, if it is near enough to be what was meant. */
export function nearestOf(written: string, names: readonly string[]): string | undefined {
  if (written.length > LONGEST_COMPARED) return undefined;
  const spelled = written.toLowerCase().replaceAll("-", "_");
  const nearest = names
    .map((name) => ({ name, distance: levenshteinDistance(spelled, name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return nearest && nearest.distance <= Math.max(2, spelled.length / 3) ? nearest.name : undefined;
}
