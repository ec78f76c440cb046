import { VARIABLE_MARK } from "../../platform/evaluate_program.ts";
import { isTable } from "../../config/plain_table.ts";
import { TextError } from "../../config/parse_text.ts";
import { ProjectTree } from "../project_tree.ts";
import { showPath } from "../trouble.ts";
import type { ImportInput } from "./importer.ts";
import { markVariable } from "./marked_text.ts";

/** True for a file that only says something when it is run. */
export function isProgram(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path);
}

/**
 * What a module of JavaScript exports. It is run twice, without the variables of this environment and with marks in their
 * place, so that what comes of a variable is written as that variable, and no secret with it.
 * @throws TextError
 */
export async function readProgram(input: ImportInput): Promise<ProjectTree> {
  const { file, losses } = input;
  const [unset, marked] = await Promise.all([input.evaluate("unset"), input.evaluate("marked")]);
  // Some cannot do without: what they say is what they say here.
  const base = "why" in unset ? await input.evaluate("own") : unset;
  if ("why" in base) throw new TextError(base.why);
  const marks = new Marks({
    marked: "why" in marked ? undefined : marked.data,
    // What a variable is here, or in a file, may be a secret.
    secret: base === unset ? base.set : "all",
  });
  const data = marks.merge(base.data, marks.other);
  for (const { path, what } of base.lost) {
    losses.add({ file: file.name, key: showPath(path), why: `it is ${what}` });
  }
  const how = base === unset ? "where it is not set" : "here";
  for (const name of base.read) {
    if (marks.written.has(name) || base.set.includes(name)) continue;
    const why = `it decides what the file says; this is what it says ${how}`;
    losses.add({ file: file.name, key: `process.env.${name}`, why });
  }
  if (!isTable(data)) throw new TextError("it exports no table, with apps and the like");
  return ProjectTree.of(data, file.name, { text: file.text, places: new Map() });
}

const MARKED = new RegExp(`${VARIABLE_MARK}([^${VARIABLE_MARK}]*)${VARIABLE_MARK}`, "g");

/** Puts variables where a module has put what stands for them. */
class Marks {
  /** The names of those that stand somewhere. */
  readonly written = new Set<string>();
  /** With marks in the place of variables. */
  readonly other: unknown;
  readonly #secret: readonly string[] | "all";

  constructor({ marked, secret }: { marked: unknown; secret: readonly string[] | "all" }) {
    this.other = marked;
    this.#secret = secret;
  }

  merge(plain: unknown, marked: unknown): unknown {
    if (typeof marked === "string" && marked.includes(VARIABLE_MARK)) {
      return this.#mark(plain, marked);
    }
    if (Array.isArray(plain) && Array.isArray(marked)) {
      const length = Math.max(plain.length, marked.length);
      return Array.from({ length }, (_, at) => this.merge(plain[at], marked[at]));
    }
    if (!isTable(plain)) return plain;
    const other = isTable(marked) ? marked : {};
    const names = [...new Set([...Object.keys(plain), ...Object.keys(other)])];
    return Object.fromEntries(
      names.filter((name) => !name.includes(VARIABLE_MARK)).map((name) =>
        [name, this.merge(plain[name], other[name])] as const
      ).filter(([, value]) => value !== undefined),
    );
  }

  /** The text with variables in it, and with what stands for each where it is not set; as it is where that cannot be told. */
  #mark(plain: unknown, marked: string): unknown {
    const names = [...marked.matchAll(MARKED)].map(([, name]) => name!);
    const fallbacks = plain === undefined || plain === null
      ? names.map(() => "")
      : findBetween(String(plain), marked.split(MARKED).filter((_, at) => at % 2 === 0));
    // No fallback can be written with these in it.
    if (fallbacks === undefined || fallbacks.some((each) => /[$}]/.test(each))) return plain;
    let at = 0;
    return marked.replace(MARKED, (_, name: string) => {
      this.written.add(name);
      const isSecret = this.#secret === "all" || this.#secret.includes(name);
      const fallback = fallbacks[at++]!;
      return markVariable(name, isSecret || fallback === "undefined" ? "" : fallback);
    });
  }
}

/** What stands between these pieces of a text; undefined where it has not all of them in this order. */
function findBetween(text: string, pieces: readonly string[]): string[] | undefined {
  const [first, ...others] = pieces as [string, ...string[]];
  if (!text.startsWith(first)) return undefined;
  let at = first.length;
  return others.reduce<string[] | undefined>((found, piece, index) => {
    const isLast = index === others.length - 1;
    const next = isLast
      ? text.endsWith(piece) ? text.length - piece.length : -1
      : text.indexOf(piece, at);
    if (found === undefined || next < at) return undefined;
    const between = text.slice(at, next);
    at = next + piece.length;
    return [...found, between];
  }, []);
}
