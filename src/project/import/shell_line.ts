import { quoteWord } from "../../base/shell_words.ts";
import { shellText, splitMarks } from "./marked_text.ts";

/** Words as a line for the shell, which fills in the variables that are marked in them. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoteMarked).join(" ");
}

function quoteMarked(word: string): string {
  const parts = splitMarks(word).map(({ text, isMark }) => {
    if (isMark) return `"${shellText(text)}"`;
    return text === "" ? "" : quoteWord(text);
  });
  return parts.join("") || "''";
}
