// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/g;

/**
 * One word of a command line or of an assignment in a unit of systemd, which takes it as it is, whatever is in it: with
 * neither `%` specifiers nor escapes (systemd.syntax(7)). `$NAME` is kept by a colon before the command.
 */
export function quoteSystemdWord(word: string): string {
  const text = literalForSystemd(word);
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  const escaped = text.replace(/["\\]/g, "\\$&").replace(CONTROL, escapeControl);
  return `"${escaped}"`;
}

/** The rest of a line, as systemd shall take it: without specifiers. It must have no control characters. */
export function literalForSystemd(text: string): string {
  return text.replaceAll("%", "%%");
}

function escapeControl(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
