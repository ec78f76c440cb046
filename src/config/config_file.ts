import { AppError, messageOf } from "../base/app_error.ts";
import { readTextFile } from "../platform/read_text_file.ts";

/** A file of settings or of a project, read and parsed but not yet checked. */
export interface ConfigDocument {
  readonly path: string;
  readonly data: unknown;
  /** The line, counted from 1, where `name` is set, in the table `within` if that is given. */
  lineOf(within: string | undefined, name: string | undefined): number | undefined;
}

/** The formats a file may have, by its ending. */
const PARSERS: Readonly<Record<string, (text: string) => Promise<unknown>>> = {
  yaml: parseYaml,
  yml: parseYaml,
  toml: async (text) => (await import("@std/toml/parse")).parse(text),
  // Read as JSONC, because JSON.parse() quotes the text around an error, and does not always tell the line.
  json: parseJsonc,
  jsonc: parseJsonc,
};

/**
 * The one of `candidates` that is there, or undefined.
 * @throws AppError `settings.two_files` rather than guess between two
 */
export function findConfigFile(candidates: readonly string[]): string | undefined {
  const [first, second] = candidates.filter((path) => readTextFile(path) !== undefined);
  if (first === undefined || second === undefined) return first;
  throw new AppError("settings.two_files", `Cannot choose between ${first} and ${second}`, {
    hint: "Keep one of them",
  });
}

/**
 * Reads and parses the file at `path`; an empty one is an empty table.
 * @throws AppError `settings.unreadable`, or `settings.invalid` with the line where the parser gives it
 */
export async function readConfigFile(path: string): Promise<ConfigDocument> {
  const text = readTextFile(path);
  const parse = PARSERS[path.slice(path.lastIndexOf(".") + 1)];
  if (text === undefined || !parse) {
    throw new AppError("settings.unreadable", `Cannot read ${path}: no such file`);
  }
  try {
    const data = text.trim() === "" ? {} : (await parse(text)) ?? {};
    return { path, data, lineOf: (within, name) => findLine(text, within, name) };
  } catch (error) {
    throw new AppError("settings.invalid", `Cannot read ${path}${describe(error, text)}`, {
      hint: "The file could not be parsed; nothing of it is used",
      cause: error,
    });
  }
}

/** Line and reason as the parsers tell them, without the text they quote: a project file may hold secrets. */
function describe(error: unknown, text: string): string {
  const message = messageOf(error).split("\n", 1)[0]!;
  const position = /position (\d+)/.exec(message)?.[1];
  const line = position === undefined
    ? /line (\d+)/.exec(message)?.[1]
    : text.slice(0, Number(position)).split("\n").length;
  const reason = message
    .replace(/^Parse error on line \d+, column \d+: /, "")
    .replace(/ (on|at) line .*/, "")
    .replace(/ token .* in JSONC at position \d+/, " token");
  return `${line === undefined ? "" : ` (line ${line})`}: ${reason}`;
}

async function parseJsonc(text: string): Promise<unknown> {
  return (await import("@std/jsonc/parse")).parse(text);
}

async function parseYaml(text: string): Promise<unknown> {
  return (await import("@std/yaml/parse")).parse(text);
}

/** Looks for the key as all our formats write it: alone at the beginning of a line, or as a table's heading. */
function findLine(
  text: string,
  within: string | undefined,
  name: string | undefined,
): number | undefined {
  const lines = text.split("\n");
  const from = within === undefined ? 0 : lines.findIndex((line) => setsKey(line, within));
  if (from < 0) return undefined;
  if (name === undefined) return from + 1;
  const found = lines.findIndex((line, index) => index >= from && setsKey(line, name));
  return found < 0 ? undefined : found + 1;
}

function setsKey(line: string, key: string): boolean {
  const start = /^[\s{[,]*["']?([\w.-]+)["']?\s*[:=\]]/.exec(line);
  return start?.[1] === key;
}
