const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", s: " ", t: "\t", v: "\v" },
};
const PART = /"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|((?:[^\s"'\\]|\\[^])+)|(\s+)|./gy;
const ESCAPE = /\\(?:x([0-9a-f]{2})|([0-7]{3})|([^]))/gi;

/** The words of a line of a unit, with its quotes and escapes undone (systemd.syntax(7)); undefined when a quote is not closed. */
export function systemdWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (const [, double, single, plain, space] of line.matchAll(PART)) {
    const part = double ?? single ?? plain;
    if (part !== undefined) word = (word ?? "") + unescape(part);
    else if (space === undefined) return undefined;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

function unescape(text: string): string {
  return text.replace(ESCAPE, (_, hex?: string, octal?: string, letter = "") => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return ESCAPES[letter] ?? letter;
  });
}
