import { parse as parseJsonc } from "@std/jsonc/parse";
import { parse as parseToml, stringify as stringifyToml } from "smol-toml";
import { parse as parseYaml, stringify as stringifyYaml } from "yaml";
import { isTable } from "../../../config/plain_table.ts";

/** A text that says one thing less, or one more, than another. */
export interface Mutation {
  /** What it lacks, or has too much: `apps.0.name`, or the line. */
  readonly what: string;
  readonly text: string;
}

interface Format {
  parse(text: string): unknown;
  stringify(value: unknown): string;
}

const JSON_FORMAT: Format = { parse: parseJsonc, stringify: (value) => JSON.stringify(value) };
const YAML_FORMAT: Format = {
  parse: (text) => parseYaml(text, { merge: true }),
  stringify: (value) => stringifyYaml(value, { aliasDuplicateObjects: false }),
};
const TOML_FORMAT: Format = {
  parse: parseToml,
  stringify: (value) => stringifyToml(value as Record<string, unknown>),
};
const FORMATS: Readonly<Record<string, Format>> = {
  json: JSON_FORMAT,
  jsonc: JSON_FORMAT,
  yaml: YAML_FORMAT,
  yml: YAML_FORMAT,
  toml: TOML_FORMAT,
};

/** A key that nobody knows. */
export const STRANGER = "zz_stranger";

/** The text as the mutations of it are written. */
export function rewritten(name: string, text: string): string {
  const format = FORMATS[endingOf(name)];
  return format === undefined ? text : format.stringify(format.parse(text));
}

/** The text without each thing that it says: a value of a table or list, or a line that is no remark. */
export function withoutEach(name: string, text: string): Mutation[] {
  const format = FORMATS[endingOf(name)];
  if (format === undefined) return withoutLines(text);
  return [...placesIn(format.parse(text))].map((path) => {
    const data = format.parse(text);
    remove(data, path);
    return { what: path.join("."), text: format.stringify(data) };
  });
}

/** The text with a key that nobody knows in each of its tables; nothing for a text that has none. */
export function withStrangers(name: string, text: string): Mutation[] {
  const format = FORMATS[endingOf(name)];
  if (format === undefined) return [];
  return [[], ...placesIn(format.parse(text))].flatMap((path) => {
    const data = format.parse(text);
    const table = at(data, path);
    if (!isTable(table)) return [];
    (table as Record<string, unknown>)[STRANGER] = "x";
    return [{ what: [...path, STRANGER].join("."), text: format.stringify(data) }];
  });
}

/** The text with other values in the place of what stands somewhere in it, chosen by number, one after the other. */
export function withOthers(
  name: string,
  text: string,
  others: readonly { readonly place: number; readonly value: unknown }[],
): string {
  const format = FORMATS[endingOf(name)];
  if (format === undefined) {
    const lines = text.split("\n");
    for (const { place, value } of others) lines[place % lines.length] = String(value);
    return lines.join("\n");
  }
  const data = format.parse(text);
  for (const { place, value } of others) {
    const paths = [...placesIn(data)];
    const path = paths[place % paths.length];
    if (path !== undefined) put(data, path, value);
  }
  return format.stringify(data);
}

/** The text with this word in the place of each single value of it. */
export function withWord(name: string, text: string, word: string): Mutation[] {
  const format = FORMATS[endingOf(name)];
  if (format === undefined) return [];
  const data = format.parse(text);
  const places = [...placesIn(data)].filter((path) => {
    const value = at(data, path);
    return value !== null && typeof value !== "object";
  });
  return places.map((path) => {
    const other = format.parse(text);
    put(other, path, word);
    return { what: path.join("."), text: format.stringify(other) };
  });
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

type Path = readonly (string | number)[];

/** Each place below the top. */
function* placesIn(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* placesIn(each, [...path, index]);
  } else if (isTable(value)) {
    for (const [name, each] of Object.entries(value)) yield* placesIn(each, [...path, name]);
  }
}

function at(data: unknown, path: Path): unknown {
  return path.reduce((value, part) => (value as Record<string | number, unknown>)[part], data);
}

function put(data: unknown, path: Path, value: unknown): void {
  (at(data, path.slice(0, -1)) as Record<string | number, unknown>)[path.at(-1)!] = value;
}

function remove(data: unknown, path: Path): void {
  const holder = at(data, path.slice(0, -1));
  const last = path.at(-1)!;
  if (Array.isArray(holder)) holder.splice(last as number, 1);
  else delete (holder as Record<string, unknown>)[last];
}

function withoutLines(text: string): Mutation[] {
  const lines = text.split("\n");
  return lines.flatMap((line, index) =>
    /^\s*(#|;|$)/.test(line)
      ? []
      : [{ what: line.trim(), text: lines.toSpliced(index, 1).join("\n") }]
  );
}
