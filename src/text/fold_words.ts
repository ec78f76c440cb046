import { measureFor } from "./text_measure.ts";

/** Words in lines of at most `width` cells; one that is longer has a line of its own. */
export async function foldWords(words: readonly string[], width: number): Promise<string[]> {
  const measure = await measureFor(words);
  const lines: { text: string; width: number }[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    const wordWidth = measure.width(word);
    if (line !== undefined && line.width + 1 + wordWidth <= width) {
      line.text += ` ${word}`;
      line.width += 1 + wordWidth;
    } else lines.push({ text: word, width: wordWidth });
  }
  return lines.map(({ text }) => text);
}
