import { isSecretName } from "./secret_names.ts";
import { MASK } from "./secret_shapes.ts";
import { isHarmlessValue } from "./secret_values.ts";

/** A name is looked for behind these, so that each letter of a text is the beginning of one name at most. */
const BEFORE = String.raw`(^|[=\s"'\`&?;,:/#(){}[\]|<>]|\\["'n])`;
const NAME = String.raw`(-{0,2}[A-Za-z_][\w.-]{0,100})`;
/** `"password": "x"`. */
const JSON_MEMBER =
  /(["'])([A-Za-z_][\w. -]{0,100})\1(\s{0,20}:\s{0,20})("(?:[^"\\]|\\[^])*|'(?:[^'\\]|\\[^])*|\[[^\]]{0,2000}|-?\d[\d.]*)/g;
/** The same with its quotes escaped, inside a shell's. */
const ESCAPED_MEMBER =
  /(\\{1,3}["'])([A-Za-z_][\w. -]{0,100})\1(\s{0,20}:\s{0,20})(\1(?:(?!(?<!\\)\1)[^])*)/g;
/** `PASSWORD=x`, `--token=x`, `&api_key=x`. A comma ends the value only where another name follows. */
const ASSIGNMENT = new RegExp(
  String
    .raw`${BEFORE}${NAME}(\s{0,3}=(?!=)\s{0,3})((?:"(?:[^"\\]|\\[^])*"|'[^']*'|\$\([^)]{0,500}\)|\\[^"']|[^\s"'&;,\\)}\]|<>]|,(?![\w.-]{1,100}[=:]))+|\\["'](?:[^"'\\]|\\[^"'])*\\["'])`,
  "g",
);
/** `Authorization: x`, `password: x`. */
const HEADER = new RegExp(String.raw`${BEFORE}([A-Za-z_][\w.-]{0,100})(:\s{1,20})`, "g");
/** What follows a header's name: its scheme and one word, where neither a quote nor the end of a line says more. */
const HEADER_WORDS = /"[^"]*"|'[^']*'|(?:[A-Za-z]{1,20}\s{1,5})?[^\s"'`,;)}]+/y;
/** A header without a space, as curl and others take it; elsewhere `auth:login` is the name of a task. */
const TIGHT_HEADER =
  /(^|[\s"'`=]|^-H|\s-H)((?:x-[\w-]{1,100}|(?:proxy-)?authorization|(?:set-)?cookie|api-?key)):(?![\s/])([^\s"'`]+)/gi;
/** `/password:x`, `-token:x`, as .NET has its flags. */
const COLON_FLAG = /(^|\s)(\/|--?)([A-Za-z_][\w.-]{0,100}):(?![\s/])([^\s"'`]+)/g;
/** openssl's `-passin pass:x`. */
const PASS_PREFIX = /(^|[\s"'`=])(pass:)([^\s"'`]+)/g;

/** An argument that is one assignment, blanks and all. */
const WHOLE_ASSIGNMENT = /^-{0,2}([A-Za-z_][\w.-]{0,100})=/;

/**
 * A word of a command that is one assignment to a secret: all behind the name is its value, as the shell has taken off
 * the quotes. undefined for any other.
 */
export function maskWholeAssignment(word: string): string | undefined {
  const [all, name] = WHOLE_ASSIGNMENT.exec(word) ?? [];
  if (name === undefined || !isSecretName(name)) return undefined;
  const value = word.slice(all!.length);
  return isHarmlessValue(value) ? undefined : all + MASK;
}

/** A text without the values of what is called a secret: members of JSON, assignments, headers. */
export function maskNamed(text: string): string {
  const documents = text.replace(JSON_MEMBER, maskMember).replace(ESCAPED_MEMBER, maskMember);
  return maskHeaders(maskAssignments(documents, 0))
    .replace(
      TIGHT_HEADER,
      (all, before: string, name: string) => isSecretName(name) ? `${before}${name}:${MASK}` : all,
    )
    .replace(
      COLON_FLAG,
      (all, before: string, dash: string, name: string) =>
        isSecretName(name) ? `${before}${dash}${name}:${MASK}` : all,
    )
    .replace(PASS_PREFIX, `$1$2${MASK}`);
}

function maskMember(
  all: string,
  ...[quote, name, colon, value]: readonly [string, string, string, string]
): string {
  if (!isSecretName(name) || isHarmlessValue(value.replace(/^\\{0,3}["']/, ""))) return all;
  const [opening = ""] = /^\\{0,3}["']|^\[/.exec(value) ?? [];
  return `${quote}${name}${quote}${colon}${opening}${MASK}`;
}

function maskAssignments(text: string, level: number): string {
  return text.replace(ASSIGNMENT, (all, before: string, name: string, equals: string, value) => {
    // A signature is one by its place: `git --signature=yes`.
    if (/^(?:sig|signature)$/i.test(name) && before !== "?" && before !== "&") return all;
    if (isSecretName(name) && !isHarmlessValue(value)) return `${before}${name}${equals}${MASK}`;
    // `--from-literal=password=x`, `--env=TOKEN=x`, `"a=1 token=x"`.
    const isNested = level < MOST_LEVELS && value.includes("=");
    return `${before}${name}${equals}${isNested ? maskAssignments(value, level + 1) : value}`;
  });
}

/** Assignments as values of assignments. */
const MOST_LEVELS = 3;

/** A header in quotes goes up to the closing one, a line of its own up to its end. */
function maskHeaders(text: string): string {
  let masked = "";
  let from = 0;
  for (const found of text.matchAll(HEADER)) {
    const [all, before, name] = found;
    const start = found.index + all.length;
    if (found.index < from || !isSecretName(name!)) continue;
    const end = endOfHeader(text, start, before!);
    if (isHarmlessValue(text.slice(start, end))) continue;
    masked += text.slice(from, start) + MASK;
    from = end;
  }
  return masked + text.slice(from);
}

function endOfHeader(text: string, start: number, before: string): number {
  const closing = before === "" || before === "="
    ? "\n"
    : /["'`]$/.test(before)
    ? before.at(-1)!
    : undefined;
  if (closing !== undefined) {
    const end = text.indexOf(closing, start);
    return end < 0 ? text.length : before.startsWith("\\") ? end - 1 : end;
  }
  HEADER_WORDS.lastIndex = start;
  return HEADER_WORDS.test(text) ? HEADER_WORDS.lastIndex : start;
}
