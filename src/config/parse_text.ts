import { messageOf } from "../base/app_error.ts";

/** Lists and tables in one another; far more than any file needs, and far less than any stack holds. */
const MOST_LEVELS = 100;

/** Where something is in a text, both counted from 1, as far as the parser tells. */
export interface TextPosition {
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** A text that stands for nothing. The reason does not quote it: it may hold secrets. */
export class TextError extends Error {
  constructor(readonly reason: string, readonly at: TextPosition = {}) {
    super(reason);
  }
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
 * The value that a settings or project file stands for, in the format that the ending of `path` names; nothing at all is
 * an empty table. The work is in proportion to the size of the text, whatever is in it.
 * @throws TextError
 */
export async function parseText(path: string, text: string): Promise<unknown> {
  const parse = PARSERS[path.slice(path.lastIndexOf(".") + 1)]!;
  try {
    return text.trim() === "" ? {} : (await parse(text)) ?? {};
  } catch (error) {
    throw error instanceof TextError ? error : toTextError(error, text);
  }
}

/** UTF-8, with or without the mark that some editors put in front. @throws TextError */
export function decodeText(bytes: Uint8Array): string {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) ||
    (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isWide) throw new TextError("it is UTF-16; save it as UTF-8");
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new TextError("it is no text in UTF-8");
  const nul = text.indexOf("\0");
  if (nul >= 0) throw new TextError("there is a NUL character", positionAt(text, nul));
  return text;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function toTextError(error: unknown, text: string): TextError {
  if (error instanceof RangeError) return new TextError("lists and tables are nested too deeply");
  const message = messageOf(error).split("\n", 1)[0]!;
  const given = error as TextPosition;
  const offset = /position (\d+)/.exec(message)?.[1];
  const line = given.line ?? numberIn(/line (\d+)/, message);
  const column = given.column ?? numberIn(/column (\d+)/, message);
  const reason = message
    .replace(/^Invalid TOML document: /, "")
    .replace(/ (on|at) line .*/, "")
    .replace(/ token .* in JSONC at position \d+/, " token")
    // What stands in quotes, or is a tag, is what was written.
    .replace(/ "[^]*"| !<.*>/, "");
  return new TextError(
    reason,
    offset === undefined ? { line, column } : positionAt(text, Number(offset)),
  );
}

function numberIn(pattern: RegExp, text: string): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Where an offset is. */
function positionAt(text: string, offset: number): Required<TextPosition> {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
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
      if (tables.at(-1)!.has(key)) {
        throw new TextError("a key is there twice", positionAt(text, index));
      }
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
  if (found) {
    throw new TextError("a tab; YAML is indented with spaces", positionAt(text, found.index));
  }
}
