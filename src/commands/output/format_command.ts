import { escapeLabel } from "../../base/terminal_text.ts";

const PLAIN_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A command as one could type it into a shell, free of control characters, on one line. */
export function formatCommand(command: readonly string[]): string {
  return command.map(quoteWord).join(" ");
}

function quoteWord(word: string): string {
  if (PLAIN_WORD.test(word)) return word;
  return escapeLabel(`'${word.replaceAll("'", `'\\''`)}'`);
}
