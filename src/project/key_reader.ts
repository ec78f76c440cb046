import { isTable, type PlainTable } from "../config/plain_table.ts";
import type { ReadEnv } from "../platform/paths.ts";
import { explainIssues } from "./explain_issues.ts";
import { fillIn } from "./fill_in.ts";
import { explainKey, type KeyExplanation } from "./foreign_keys.ts";
import type { ProjectTree, TreePath } from "./project_tree.ts";
import type { PortReference, ProjectFact } from "./template.ts";
import { showPath, type TroubleList } from "./trouble.ts";
import type { Reader } from "./values.ts";

const MOST_EXPLAINED = 200;

/** Schemas by the keys they are for. */
type Keys = Readonly<Record<string, Reader<unknown>>>;

/** What the keys of a table say, each read; what is wrong is left out. */
type Read<Shape extends Keys> = {
  readonly [Key in keyof Shape]?: Exclude<
    Shape[Key] extends Reader<infer Output> ? Output : never,
    undefined
  >;
};

/** A port that a value refers to. */
export interface PortUse {
  readonly reference: PortReference;
  readonly path: TreePath;
}

/** A table that is read key by key. */
export interface TableToRead<Shape extends Keys> {
  readonly keys: Shape;
  readonly path: TreePath;
  /** What `${NAME}` stands for. */
  readonly variable: ReadEnv;
  /** Keys that are read by somebody else. */
  readonly others?: readonly string[];
}

/** Reads the values of a tree: fills in what stands in them, checks them, and tells what is wrong with each. */
export class KeyReader {
  /** Where ports are referred to, in the order of reading. */
  readonly portUses: PortUse[] = [];
  readonly #tree: ProjectTree;
  readonly #troubles: TroubleList;
  readonly #facts: Readonly<Record<ProjectFact, string>>;

  constructor(
    tree: ProjectTree,
    troubles: TroubleList,
    facts: Readonly<Record<ProjectFact, string>>,
  ) {
    this.#tree = tree;
    this.#troubles = troubles;
    this.#facts = facts;
  }

  /** The table at a path; undefined when nothing is there, and told when it is none. */
  tableAt(path: TreePath, must: string): PlainTable | undefined {
    const value = this.#tree.valueAt(path);
    if (value === undefined || value === null) return undefined;
    if (isTable(value)) return value;
    this.fail(path, `must be ${must}`);
  }

  /** Tells the keys of a table that are not known there. */
  expectKeys(path: TreePath, known: readonly string[]): void {
    const table = this.#tree.valueAt(path);
    if (!isTable(table)) return;
    const isKnown = new Set(known);
    const strange = Object.keys(table).filter((name) =>
      !isKnown.has(name) && !(path.length === 0 && /^x-|^\$schema$/.test(name))
    );
    // To compare words takes its time, and whoever has so many has not misspelled one.
    const explain = strange.length > MOST_EXPLAINED
      ? () => ({ message: "no such key" })
      : explainKey;
    for (const name of strange) {
      const { message, hint }: KeyExplanation = explain(name, path, known);
      this.fail([...path, name], message, { of: "key", hint });
    }
  }

  /** What the keys of a table say. */
  read<Shape extends Keys>(table: TableToRead<Shape>): Read<Shape> {
    const names = Object.keys(table.keys) as (keyof Shape & string)[];
    const entries = names.flatMap((name) => {
      const value = this.readKey(table, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(entries) as Read<Shape>;
  }

  /** What one of them says. */
  readKey<Shape extends Keys, Name extends keyof Shape & string>(
    { keys, path, variable }: TableToRead<Shape>,
    name: Name,
  ): Read<Shape>[Name] | undefined {
    const at = [...path, name];
    const raw = this.#tree.valueAt(at);
    if (raw === undefined || raw === null) return undefined;
    const bad: string[] = [];
    const filled = fillIn(raw, at, {
      variable,
      facts: this.#facts,
      isShell: (each, text) => isShell(each.slice(path.length), text),
      mayBeLate: (each) => mayBeLate(each.slice(path.length)),
      onPort: (reference, each) => this.portUses.push({ reference, path: each }),
      onTrouble: (each, message, more) => {
        bad.push(showPath(each));
        this.fail(each, message, more);
      },
    });
    const result = keys[name]!.safeParse(filled);
    if (result.success && bad.length === 0) return result.data as Read<Shape>[Name];
    const written = (each: TreePath) => this.#tree.valueAt(each);
    for (const finding of explainIssues(result.error?.issues ?? [], at, written)) {
      // Of what could not be filled in, that is all there is to say.
      const isTold = bad.some((each) => isWithin(each, showPath(finding.path)));
      if (!isTold) this.fail(finding.path, finding.message, finding);
    }
  }

  /** Tells what is wrong at a path. */
  fail(
    path: TreePath,
    message: string,
    { of = "value", hint, variable }: {
      readonly of?: "key" | "value";
      readonly hint?: string | undefined;
      readonly variable?: string | undefined;
    } = {},
  ): void {
    const spot = this.#tree.spotOf(path, of);
    const missing = variable === undefined ? {} : { variable };
    this.#troubles.add({ ...spot, path: showPath(path), message, hint, ...missing });
  }
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || (path.startsWith(outer) && /[.[]/.test(path[outer.length]!));
}

/** Text for a shell, which expands it by itself; `path` begins with a key of the job. */
function isShell(path: TreePath, text: string): boolean {
  const [key, inner] = path;
  if (path.length === 1) return key === "command" || (key === "ready" && text.startsWith("cmd:"));
  return path.length === 2 && inner === "command" && /^(ready|health|stop)$/.test(String(key));
}

/** Where a port may stand, which is known when the job starts. */
function mayBeLate(path: TreePath): boolean {
  const [key, inner] = path.map(String);
  if (key === "env" || key === "command") return path.length === 2;
  if (key === "stop") return inner === "command";
  const isProbe = key === "ready" || key === "health";
  return isProbe && (path.length === 1 || /^(http|tcp|command)$/.test(inner ?? ""));
}
