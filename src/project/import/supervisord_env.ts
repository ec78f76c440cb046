const PAIR = /\s*,?\s*([^\s=,]+)\s*=\s*((?:"(?:[^"\\]|\\[^])*"|'[^']*'|[^,"'\n])*)/y;

/** The pairs of `A="b c",D='e',F=g`; undefined for what is no list of such. */
export function supervisordEnv(text: string): [name: string, value: string][] | undefined {
  const pairs: [string, string][] = [];
  let at = 0;
  while (/[^\s,]/.test(text.slice(at))) {
    PAIR.lastIndex = at;
    const [all, name, written = ""] = PAIR.exec(text) ?? [];
    if (all === undefined) return undefined;
    at += all.length;
    pairs.push([name!, unquoted(written.trim())]);
  }
  return pairs;
}

function unquoted(text: string): string {
  return text.replace(
    /"((?:[^"\\]|\\[^])*)"|'([^']*)'/g,
    (_, double?: string, single?: string) =>
      double === undefined ? single ?? "" : double.replace(/\\(["\\])/g, "$1"),
  );
}
