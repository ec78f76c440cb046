import { isTable } from "../config/plain_table.ts";
import { parseText, TextError } from "../config/parse_text.ts";
import { findJsonPlaces } from "./json_places.ts";
import { type OffsetPlaces, ProjectTree } from "./project_tree.ts";
import { readYaml } from "./read_yaml.ts";
import { findTomlPlaces } from "./toml_places.ts";

/** A text, and where it stands. */
interface NamedText {
  readonly path: string;
  /** What the file is called in what is said about it. */
  readonly name: string;
  readonly text: string;
}

/**
 * The table that a text stands for, with the place of each entry, in the format that the ending of `path` names, else
 * YAML; nothing at all is an empty table.
 * @throws TextError, or AggregateError of several
 */
export async function parseTree({ path, name, text }: NamedText): Promise<ProjectTree> {
  const { data, places } = await parse(path, text);
  if (!isTable(data)) throw new TextError("must be a table, with jobs and the like");
  expectSafeKeys(data);
  return ProjectTree.of(data, name, { text, places });
}

/** As {@linkcode parseTree}; undefined for a text with mistakes, which are somebody else's to mend. */
export async function tryParseTree(named: NamedText): Promise<ProjectTree | undefined> {
  try {
    return await parseTree(named);
  } catch (error) {
    toTextErrors(error);
  }
}

/** All that is wrong with a text that {@linkcode parseTree} threw at. Anything else is thrown again. */
export function toTextErrors(error: unknown): TextError[] {
  return (error instanceof AggregateError ? error.errors : [error]).map(toTextError);
}

/** The stack is the only bound that the parser of YAML has for what stands in one another. */
function toTextError(error: unknown): TextError {
  if (error instanceof TextError) return error;
  if (error instanceof RangeError) return new TextError("lists and tables are nested too deeply");
  throw error;
}

async function parse(
  path: string,
  text: string,
): Promise<{ readonly data: unknown; readonly places: OffsetPlaces }> {
  if (!/\.(toml|jsonc?)$/.test(path)) {
    const { data, places } = readYaml(text);
    return { data: data ?? {}, places };
  }
  const data = await parseText(path, text);
  return { data, places: path.endsWith(".toml") ? findTomlPlaces(text) : findJsonPlaces(text) };
}

/** Who sets it, sets more than a member. */
function expectSafeKeys(value: unknown): void {
  if (Array.isArray(value)) return value.forEach(expectSafeKeys);
  if (!isTable(value)) return;
  for (const [name, each] of Object.entries(value)) {
    if (name === "__proto__") throw new TextError("no key can be called __proto__");
    if (name.includes("\0")) throw new TextError("a key with a NUL character");
    expectSafeKeys(each);
  }
}
