import { type Braces, insertInBraces, type MemberText } from "./insert_in_braces.ts";
import { findJsonPlaces } from "./json_places.ts";
import { toPlaceName } from "./project_tree.ts";

/** Strings, remarks, and everything else that is something. */
const TOKENS = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[^]*?\*\/|[{}[\],:]|[^\s{}[\],:"/]+/g;

/** Something by a name, in the table of a text that is called `within`. */
export interface NamedTable {
  readonly within: string;
  readonly name: string;
  readonly table: Readonly<Record<string, unknown>>;
}

/** A text of JSON, with remarks or without, with a table in it; undefined where it has no place for one. */
export function insertJsonTable(
  text: string,
  { within, name, table }: NamedTable,
  lineEnd: string,
): string | undefined {
  const places = findJsonPlaces(text);
  const step = /\n([ \t]+)"/.exec(text)?.[1] ?? "  ";
  const own = places.get(toPlaceName([within, name]));
  if (own !== undefined) {
    const indent = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", own.key) + 1))![0];
    const written = writeJson(table, { indent, step, lineEnd });
    return text.slice(0, own.value) + written + text.slice(endOf(text, own.value));
  }
  const jobs = places.get(toPlaceName([within]));
  const [at, member] = jobs === undefined
    ? [firstOf(text), toMember(within, { [name]: table }, { step, lineEnd })]
    : [jobs.value, toMember(name, table, { step, lineEnd })];
  if (text.trim() === "") return `{${lineEnd}${member.write(step)}${lineEnd}}${lineEnd}`;
  return at === undefined || text[at] !== "{"
    ? undefined
    : insertInBraces(text, findBraces(text, at), member);
}

interface Layout {
  readonly step: string;
  readonly lineEnd: string;
}

function toMember(name: string, value: unknown, layout: Layout): MemberText {
  const key = JSON.stringify(name);
  return {
    lineEnd: layout.lineEnd,
    inline: `${key}: ${JSON.stringify(value)}`,
    write: (indent) => `${indent}${key}: ${writeJson(value, { ...layout, indent })}`,
  };
}

function writeJson(value: unknown, { indent, step, lineEnd }: Layout & { indent: string }): string {
  return JSON.stringify(value, null, step).replaceAll("\n", lineEnd + indent);
}

/** Where the first thing stands that is no remark. */
function firstOf(text: string): number | undefined {
  return tokensFrom(text, 0).next().value?.index;
}

/** What is something, from an offset on; remarks are not. */
function* tokensFrom(text: string, from: number): Generator<{ token: string; index: number }> {
  const pattern = new RegExp(TOKENS);
  pattern.lastIndex = from;
  for (let found; (found = pattern.exec(text)) !== null;) {
    if (!found[0].startsWith("/")) yield { token: found[0], index: found.index };
  }
}

/** Behind a value. */
function endOf(text: string, from: number): number {
  let depth = 0;
  for (const { token, index } of tokensFrom(text, from)) {
    if (/^[{[]$/.test(token)) depth++;
    else if (/^[}\]]$/.test(token)) depth--;
    if (depth === 0) return index + token.length;
  }
  return text.length;
}

function findBraces(text: string, open: number): Braces {
  const close = endOf(text, open) - 1;
  let last: number | undefined;
  for (const { token, index } of tokensFrom(text, open + 1)) {
    if (index >= close) break;
    last = index + token.length;
  }
  return { open, close, last };
}
