import { AppError, messageOf } from "../base/app_error.ts";

/** Lists and tables in one another; far more than any file needs, and far less than any stack holds. */
const MOST_LEVELS = 100;

/** What a parser says, with the line where it gives one, counted from 1. */
interface Complaint {
  readonly line: number | undefined;
  readonly reason: string;
}

/** The formats a file may have, by its ending. Each parser is loaded for the file that needs it. */
const PARSERS: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
  yaml: parseYaml,
  yml: parseYaml,
  toml: parseToml,
  // Read as JSONC, because the parser of JSON quotes the text around an error, and does not always tell the line.
  json: parseJsonc,
  jsonc: parseJsonc,
};

/**
 * The value that the bytes of a settings or project file stand for, in the format that the ending of `path` names; nothing
 * at all is an empty table. The work is in proportion to the size of the file, whatever is in it.
 * @throws AppError `settings.invalid` with the line where the parser gives it, without quoting the text: it may hold secrets
 */
export async function parseConfig(
  path: string,
  bytes: Uint8Array,
): Promise<{ readonly text: string; readonly data: unknown }> {
  const text = decode(path, bytes);
  const parse = PARSERS[path.slice(path.lastIndexOf(".") + 1)]!;
  try {
    return { text, data: text.trim() === "" ? {} : (await parse(text)) ?? {} };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unparsable(path, complaintOf(error, text));
  }
}

/** UTF-8, with or without the mark that some editors put in front. */
function decode(path: string, bytes: Uint8Array): string {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) ||
    (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isWide) throw unparsable(path, { line: undefined, reason: "it is UTF-16; save it as UTF-8" });
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const nul = text.indexOf("\0");
    if (nul < 0) return text;
    throw unparsable(path, { line: lineAt(text, nul), reason: "there is a NUL character" });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unparsable(path, { line: undefined, reason: "it is no text in UTF-8" });
  }
}

function unparsable(path: string, { line, reason }: Complaint): AppError {
  const where = line === undefined ? "" : ` (line ${line})`;
  return new AppError("settings.invalid", `Cannot read ${path}${where}: ${reason}`, {
    hint: "Correct the file: nothing of it is used",
  });
}

/** Refused by the parsers' callers, in the words of {@linkcode complaintOf}. */
class ConfigSyntaxError extends Error {
  constructor(readonly at: number, message: string) {
    super(message);
  }
}

function complaintOf(error: unknown, text: string): Complaint {
  if (error instanceof RangeError) {
    return { line: undefined, reason: "lists and tables are nested too deeply" };
  }
  const message = messageOf(error).split("\n", 1)[0]!;
  const given = error as { at?: number; line?: number };
  const position = given.at ?? /position (\d+)/.exec(message)?.[1];
  const line = position === undefined
    ? given.line ?? Number(/line (\d+)/.exec(message)?.[1])
    : lineAt(text, Number(position));
  const reason = message
    .replace(/^Invalid TOML document: /, "")
    .replace(/ (on|at) line .*/, "")
    .replace(/ token .* in JSONC at position \d+/, " token")
    // What stands in quotes, or is a tag, is what was written.
    .replace(/ "[^]*"| !<.*>/, "");
  return { line: Number.isNaN(line) ? undefined : line, reason };
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

async function parseToml(text: string): Promise<unknown> {
  return (await import("smol-toml")).parse(text, { maxDepth: MOST_LEVELS });
}

async function parseJsonc(text: string): Promise<unknown> {
  const data = (await import("@std/jsonc/parse")).parse(text);
  expectKeysOnce(text);
  return data;
}

/** Of two members of one name the parser takes the last, without a word. `text` is known to be well formed. */
function expectKeysOnce(text: string): void {
  const tables: Set<string>[] = [];
  const tokens = /("(?:[^"\\]|\\.)*")(\s*:)?|\/\/[^\n]*|\/\*[^]*?\*\/|[{}[\]]/g;
  for (const { 0: token, 1: string, 2: colon, index } of text.matchAll(tokens)) {
    if (token === "{" || token === "[") tables.push(new Set());
    else if (token === "}" || token === "]") tables.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(string!) as string;
      if (tables.at(-1)!.has(key)) throw new ConfigSyntaxError(index, "a key is there twice");
      tables.at(-1)!.add(key);
    }
  }
}

/**
 * The schema of YAML 1.2. Merges (`<<`), which it does not know, are left to who knows which tables matter: the parser
 * would copy a table as often as it is named.
 */
async function parseYaml(text: string): Promise<unknown> {
  expectNoTabs(text);
  return (await import("@std/yaml/parse")).parse(text, { schema: "core" });
}

/** The parser takes a tab for no indentation at all, and what is set below a table for set beside it. */
function expectNoTabs(text: string): void {
  if (text.trimStart().startsWith("{")) return;
  const found = /^\t[ \t]*[^\s#]/m.exec(text);
  if (found) throw new ConfigSyntaxError(found.index, "a tab; YAML is indented with spaces");
}
