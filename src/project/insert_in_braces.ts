/** A table between braces, by offsets into a text. */
export interface Braces {
  /** Of the opening brace. */
  readonly open: number;
  /** Of the closing one. */
  readonly close: number;
  /** Behind the last member, a comma included; undefined in an empty table. */
  readonly last: number | undefined;
}

/** How a member is written into a table. */
export interface MemberText {
  /** The member for a line of its own, and for the lines that it takes, each indented by what is given. */
  readonly write: (indent: string) => string;
  /** The same for the middle of a line. */
  readonly inline: string;
  readonly lineEnd: string;
}

/** A text with one more member in a table, behind the others and what is remarked to the last of them. */
export function insertInBraces(
  text: string,
  { open, close, last }: Braces,
  { write, inline, lineEnd }: MemberText,
): string {
  const outer = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", open) + 1))![0];
  if (last === undefined) {
    const inner = text.slice(open + 1, close).trimEnd();
    const step = outer.includes("\t") ? "\t" : "  ";
    return text.slice(0, open + 1) + inner + lineEnd + write(outer + step) + lineEnd + outer +
      text.slice(close);
  }
  const hasComma = text[last - 1] === ",";
  const comma = hasComma ? "" : ",";
  const line = text.indexOf("\n", last);
  if (line < 0 || line > close) {
    return `${text.slice(0, last)}${comma} ${inline}${text.slice(last)}`;
  }
  const indent = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", last) + 1))![0];
  const rest = text.slice(last, line).replace(/\r$/, "");
  const member = write(indent) + (hasComma ? "," : "");
  return text.slice(0, last) + comma + rest + lineEnd + member + lineEnd + text.slice(line + 1);
}
