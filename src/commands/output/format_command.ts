import { escapeLabel } from "../../base/terminal_text.ts";
import type { JobView } from "../../protocol/job_view.ts";

const PLAIN_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;
const SHELL = /^(?:.*\/)?(?:sh|bash|dash|zsh|ksh|fish)$/;

/** A command as one could type it into a shell, free of control characters, on one line. */
export function formatCommand(command: readonly string[]): string {
  return command.map(quoteWord).join(" ");
}

/** A command of a project's file as it is written there: text that is the shell's without the shell. */
export function formatDeclared(command: readonly string[]): string {
  const text = command.at(-1);
  const isText = command.length > 2 && SHELL.test(command[0]!) && /^-\w*c$/.test(command.at(-2)!);
  return isText ? escapeLabel(text!.trim()) : formatCommand(command);
}

/** The command of a job as whoever gave it has written it. */
export function formatJobCommand({ command, source }: Pick<JobView, "command" | "source">): string {
  return source === undefined ? formatCommand(command) : formatDeclared(command);
}

function quoteWord(word: string): string {
  if (PLAIN_WORD.test(word)) return word;
  return escapeLabel(`'${word.replaceAll("'", `'\\''`)}'`);
}
