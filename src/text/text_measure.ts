/** Measures and cuts text as terminals show it; the text must not hold control characters. */
export interface TextMeasure {
  /** How many cells it takes. */
  width(text: string): number;
  /** The text in at most so many cells, with `…` where something was left out. */
  clip(text: string, cells: number): string;
}

/** ASCII, Latin letters, lines and dots: a cell each, whatever stands beside them. */
const SIMPLE =
  /^[\x20-\x7e\u00a1-\u00ac\u00b0-\u02ff\u2013\u2014\u2018-\u201d\u2026\u2500-\u257f]*$/;

const SIMPLE_MEASURE: TextMeasure = {
  width: (text) => text.length,
  clip(text, cells) {
    if (text.length <= cells) return text;
    return cells < 1 ? "" : `${text.slice(0, cells - 1)}…`;
  },
};

/** What measures these texts; Unicode's tables, which take a while to load, are loaded where it takes them. */
export async function measureFor(texts: Iterable<string>): Promise<TextMeasure> {
  for (const text of texts) {
    if (SIMPLE.test(text)) continue;
    const { clipText, textWidth } = await import("./clean_text.ts");
    return { width: textWidth, clip: clipText };
  }
  return SIMPLE_MEASURE;
}
