import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import { TextError } from "../config/parse_text.ts";
import type { OffsetPlaces, TreePath } from "./project_tree.ts";
import { toPlaceName } from "./project_tree.ts";

/** More than any project says, and little enough to be gone through at once: a file of a few lines can name one value a billion times. */
const MOST_VALUES = 50_000;
/** Lists and tables in one another. */
const MOST_LEVELS = 100;
/** Members of another table that stand for those that a table does not have itself. */
const MERGE = "<<";

/** What a YAML text says, and where. */
export interface YamlReading {
  readonly data: unknown;
  readonly places: OffsetPlaces;
}

/**
 * Reads YAML 1.2 with anchors and merges.
 * @throws AggregateError of TextError, one for each line with something wrong
 */
export function readYaml(text: string): YamlReading {
  const lines = new LineCounter();
  // Its own look for keys that are there twice takes the square of their number.
  const options = { lineCounter: lines, uniqueKeys: false, prettyErrors: false } as const;
  const document = parseDocument(text, options);
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) throw new AggregateError(toTextErrors(wrong, lines));
  const reader = new YamlReader(document, lines);
  const data = reader.read(document.contents, []);
  if (reader.errors.length > 0) throw new AggregateError(reader.errors);
  return { data, places: reader.places };
}

/** One a line: what the parser says of the rest of a line follows from the first. */
function toTextErrors(wrong: readonly YAMLError[], lines: LineCounter): TextError[] {
  const byLine = new Map<number, TextError>();
  for (const { code, message, pos } of wrong) {
    const { line, col } = lines.linePos(pos[0]);
    if (!byLine.has(line)) {
      byLine.set(line, new TextError(reasonOf(code, message), { line, column: col }));
    }
  }
  return [...byLine.values()];
}

const REASONS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "a tab; YAML is indented with spaces",
  MULTIPLE_DOCS: "a second document; a project file is one",
  TAG_RESOLVE_FAILED: "a tag that means nothing here",
  UNEXPECTED_TOKEN: "something that cannot stand here",
};

/** What is behind a colon or in quotes in the parser's words is what was written. */
function reasonOf(code: string, message: string): string {
  if (message.startsWith("Missing closing")) return "a quote that is not closed";
  if (message.startsWith("Maximum call stack")) return "lists and tables are nested too deeply";
  if (message.startsWith("Flow")) return "a bracket that is not closed";
  return REASONS[code] ?? message.replace(/:? ?["'`\\!][^]*$|: [^]*$/, "").toLowerCase();
}

/** A node of the parser's tree; what an alias names, for that. */
type YamlNode = ReturnType<typeof Document.prototype.createNode>;

class YamlReader {
  readonly places = new Map<string, { key: number; value: number }>();
  readonly errors: TextError[] = [];
  readonly #targets: ReadonlyMap<unknown, unknown>;
  readonly #lines: LineCounter;
  readonly #open = new Set<unknown>();
  readonly #failed = new Set<string>();
  #count = 0;
  #isTooMuch = false;

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#targets = findTargets(document);
    this.#lines = lines;
  }

  read(given: unknown, path: TreePath): unknown {
    const node = this.#resolve(given);
    if (!this.#mayEnter(node, given, path)) return undefined;
    if (isScalar(node)) return node.value;
    this.#open.add(node);
    const value = isMap(node)
      ? this.#readTable(node.items, path)
      : isSeq(node)
      ? node.items.map((item, index) => this.#readEntry(item, item, [...path, index]))
      : null;
    this.#open.delete(node);
    return value;
  }

  #resolve(given: unknown): unknown {
    return isAlias(given) ? this.#targets.get(given) : given;
  }

  #mayEnter(node: unknown, given: unknown, path: TreePath): boolean {
    if (++this.#count > MOST_VALUES) {
      if (!this.#isTooMuch) {
        this.#fail(given, `the file stands for more than ${MOST_VALUES} values`);
      }
      this.#isTooMuch = true;
      return false;
    }
    if (node === undefined) return this.#fail(given, "an alias of nothing that comes before it");
    if (this.#open.has(node)) return this.#fail(given, "it contains itself");
    if (path.length > MOST_LEVELS) {
      return this.#fail(given, "lists and tables are nested too deeply");
    }
    return true;
  }

  /** Its own members first, then those of the tables that are merged into it, the nearest first. */
  #readTable(pairs: readonly Pair[], path: TreePath): Record<string, unknown> {
    const table: Record<string, unknown> = {};
    const own = new Set<string>();
    for (const pair of pairs) {
      const key = this.#readKey(pair);
      if (key === undefined || key === MERGE) continue;
      if (own.has(key)) this.#fail(pair.key, "this key is there twice");
      own.add(key);
      table[key] = this.#readEntry(pair.key, pair.value, [...path, key]);
    }
    for (const pair of pairs) if (this.#readKey(pair) === MERGE) this.#merge(table, pair, path);
    return table;
  }

  #merge(table: Record<string, unknown>, { key, value }: Pair, path: TreePath): void {
    const node = this.#resolve(value);
    const sources = isSeq(node) ? node.items : [value];
    for (const source of sources) {
      const merged = this.#resolve(source);
      if (!isMap(merged)) {
        this.#fail(key, "what is merged must be a table, or a list of tables");
        continue;
      }
      if (!this.#mayEnter(merged, source, path)) continue;
      this.#count += merged.items.length;
      this.#open.add(merged);
      const fresh = merged.items.filter((pair) => {
        const name = this.#readKey(pair);
        return name !== undefined && (name === MERGE || !Object.hasOwn(table, name));
      });
      for (const [name, each] of Object.entries(this.#readTable(fresh, path))) {
        if (!Object.hasOwn(table, name)) table[name] = each;
      }
      this.#open.delete(merged);
    }
  }

  #readKey({ key }: Pair): string | undefined {
    const node = this.#resolve(key);
    const isText = isScalar(node) && (node.value === null || typeof node.value !== "object");
    const name = isText ? String(node.value ?? "") : undefined;
    if (name === undefined || name.includes("\0")) this.#fail(key, "a key must be text");
    else if (name === "__proto__") this.#fail(key, "no key can be called __proto__");
    else return name;
  }

  #readEntry(key: unknown, value: unknown, path: TreePath): unknown {
    const place = { key: offsetOf(key), value: offsetOf(value ?? key) };
    this.places.set(toPlaceName(path), place);
    return this.read(value, path);
  }

  #fail(node: unknown, reason: string): false {
    const { line, col } = this.#lines.linePos(offsetOf(node));
    if (!this.#failed.has(`${line}:${col}`)) {
      this.errors.push(new TextError(reason, { line, column: col }));
    }
    this.#failed.add(`${line}:${col}`);
    return false;
  }
}

function offsetOf(node: unknown): number {
  return (node as YamlNode | null)?.range?.[0] ?? 0;
}

/** What each alias names: the nearest before it. The parser's own search begins at the top for each. */
function findTargets(document: Document.Parsed): ReadonlyMap<unknown, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<unknown, unknown>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) targets.set(node, anchors.get(node.source));
      else if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}
