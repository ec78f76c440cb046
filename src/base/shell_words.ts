/** A word, or a part of one, as a shell has it: with quotes, a backslash, or plain. */
const PART = /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])|([^\s'"\\]+)|(\s+)|./g;

/** Takes a line apart as a shell would that expands nothing; undefined when a quote is not closed. */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (const [all, single, double, escaped, plain, space] of line.matchAll(PART)) {
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const part = single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? plain;
    if (part === undefined) return undefined;
    word = (word ?? "") + part;
    if (all === "") break;
  }
  return word === undefined ? words : [...words, word];
}

/** A word as a shell takes it for itself. */
export function quoteWord(word: string): string {
  return /^[\w./:@,+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
