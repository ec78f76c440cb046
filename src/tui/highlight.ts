import { RESET, sliceText, textWidth } from "../text/clean_text.ts";
import type { Paint, StyleName } from "./paint.ts";
import { searchPattern } from "./search_pattern.ts";
import { toPlainLine } from "../text/styled_line.ts";

/** Options of {@linkcode highlight}. */
export interface HighlightOptions {
  readonly query: string;
  readonly style: StyleName;
  readonly paint: Paint;
}

/** Clean text in which what is looked for stands out. */
export function highlight(text: string, { query, style, paint }: HighlightOptions): string {
  const plain = toPlainLine(text);
  let result = "";
  let cell = 0;
  for (const { 0: found, index } of plain.matchAll(searchPattern(query))) {
    const start = textWidth(plain.slice(0, index));
    result += sliceText(text, cell, start - cell) + paint(style, found);
    cell = start + textWidth(found);
  }
  if (cell === 0 && result === "") return text;
  return result + RESET + sliceText(text, cell, Infinity);
}
