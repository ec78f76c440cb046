/** What changes colours within a line, and is not seen. */
const COLOR = String.raw`(?:\x1b\[[\d;:]*m)*`;

/** Words to look for as they are; in any case, unless they have a capital letter. */
export function searchPattern(query: string, { throughColors = false } = {}): RegExp {
  const characters = Array.from(query).map(escape);
  const source = characters.join(throughColors ? COLOR : "");
  return new RegExp(source, hasCapital(query) ? "g" : "gi");
}

function hasCapital(query: string): boolean {
  return query !== query.toLowerCase();
}

function escape(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}
