/** A line of a text, without its end. */
export interface SourceLine {
  readonly text: string;
  /** Where it begins. */
  readonly start: number;
}

/** The lines of a text, whatever ends them. */
export function decodeLines(text: string): SourceLine[] {
  let start = 0;
  return text.split("\n").map((line) => {
    const found = { text: line.replace(/\r$/, ""), start };
    start += line.length + 1;
    return found;
  });
}
