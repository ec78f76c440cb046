/** A word that `sh` takes as it is. */
export function quoteShellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The text that `sh` runs as this command: what is given to `sh -c`, else its words. */
export function toShellText(command: readonly string[]): string {
  return textOfShell(command) ?? wordsToText(command);
}

/** What is given to `sh -c`; undefined for any other command. */
export function textOfShell(command: readonly string[]): string | undefined {
  const [shell, flag, text] = command;
  return command.length === 3 && shell === "sh" && flag === "-c" ? text : undefined;
}

function wordsToText([program = "", ...words]: readonly string[]): string {
  // An assignment and a keyword of the shell are none in quotes.
  const first = /^[\w@%+:,./-]+$/.test(program) && !KEYWORD.test(program)
    ? program
    : `'${program.replaceAll("'", `'\\''`)}'`;
  return [first, ...words.map(quoteShellWord)].join(" ");
}

const KEYWORD =
  /^(?:case|do|done|elif|else|esac|fi|for|function|if|in|select|then|time|until|while)$/;
