/** Less than 0 when `a` is older than `b`, 0 when they are the same, as semver.org has it (11); without build metadata. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [takeApart(a), takeApart(b)];
  for (let index = 0; index < 3; index++) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  // What is still being prepared is older than what it is to become.
  if (left.words.length === 0 || right.words.length === 0) {
    return right.words.length - left.words.length;
  }
  return compareWords(left.words, right.words);
}

function takeApart(version: string): { numbers: number[]; words: string[] } {
  const [, numbers = "", words = ""] = /^([\d.]+)(?:-([^+]*))?/.exec(version) ?? [];
  return { numbers: numbers.split(".").map(Number), words: words.split(".").filter(Boolean) };
}

/** Numbers by their value and before words, words by their letters; the longer of two that begin alike is newer. */
function compareWords(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const [a, b] = [left[index]!, right[index]!];
    if (a === b) continue;
    const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
    if (isNumber && isOtherNumber) return Number(a) - Number(b);
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
    return a < b ? -1 : 1;
  }
  return left.length - right.length;
}
