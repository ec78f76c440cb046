import { isTable, type PlainTable } from "../../config/plain_table.ts";
import type { ProjectTree, TreePath } from "../project_tree.ts";
import { showPath } from "../trouble.ts";
import { type Losses, shortValue } from "./losses.ts";
import { hasMarks, withoutMarks } from "./marked_text.ts";

/** Why keys are not carried over, by their names. */
export type Reasons = Readonly<Record<string, string>>;

/** Where a table stands, and who is told of what is lost of it. */
interface TableGround {
  readonly tree: ProjectTree;
  readonly losses: Losses;
  /** Of the table of the job. */
  readonly jobPath?: TreePath;
  readonly job?: string;
}

/**
 * A table of a source, from which an importer takes what it knows: each key is taken, told as lost, or told by `finish()`.
 * What is null counts as not there. A value of another kind than the one that is asked for is told as lost.
 */
export class SourceTable {
  readonly #data: PlainTable;
  readonly #path: TreePath;
  readonly #ground: TableGround;
  readonly #taken: Set<string>;

  private constructor(
    data: PlainTable,
    path: TreePath,
    ground: TableGround,
    taken = new Set<string>(),
  ) {
    this.#taken = taken;
    this.#data = data;
    this.#path = path;
    this.#ground = ground;
  }

  /** The whole of a file. */
  static of(tree: ProjectTree, losses: Losses): SourceTable {
    return new SourceTable(tree.data, [], { tree, losses });
  }

  /** The keys that nobody has taken, but for those that are null. */
  get names(): string[] {
    return Object.keys(this.#data).filter((name) => !this.#taken.has(name) && this.has(name));
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#data, name) && (this.#data[name] ?? null) !== null;
  }

  isTable(name: string): boolean {
    return this.has(name) && isTable(this.#data[name]);
  }

  /** The keys that are null, where that says something. */
  takeNulls(): string[] {
    return Object.keys(this.#data).filter((name) => this.#data[name] === null);
  }

  /** The value as it is; from here on who asked answers for it. */
  take(name: string): unknown {
    this.#taken.add(name);
    return this.has(name) ? this.#data[name] : undefined;
  }

  /** A text; a number or a yes or no is the text that it was written as. */
  text(name: string): string | undefined {
    return this.#takeAs(name, "text", toText);
  }

  /** A whole number or one with a point, also as text. */
  number(name: string): number | undefined {
    return this.#takeFixed(name, "a number", (value) => {
      const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      return typeof number === "number" && Number.isFinite(number) ? number : undefined;
    });
  }

  /** Yes or no, also as the words that YAML 1.1 and INI files have for them. */
  flag(name: string): boolean | undefined {
    return this.#takeFixed(name, "true or false", toFlag);
  }

  /** A list of texts; one text is a list of one. */
  texts(name: string): string[] | undefined {
    return this.#takeAs(name, "a list of texts", (value) => {
      const texts = (Array.isArray(value) ? value : [value]).map(toText);
      return texts.every((text) => text !== undefined) ? texts : undefined;
    });
  }

  /** The table of a key, to be finished by who asked. */
  table(name: string): SourceTable | undefined {
    const value = this.#takeAs(name, "a table", (each) => isTable(each) ? each : undefined);
    return value && new SourceTable(value, [...this.#path, name], this.#ground);
  }

  /** The tables of a list, each to be finished by who asked; what is none is told as lost. */
  tables(name: string): SourceTable[] {
    const value = this.#takeAs(name, "a list of tables", (each) => asList(each));
    return (value ?? []).flatMap((each, index) => {
      const path = [...this.#path, name, index];
      if (isTable(each)) return [new SourceTable(each, path, this.#ground)];
      this.#tell(path, "it must be a table");
      return [];
    });
  }

  /** This table, whose losses are those of a job. */
  ofJob(job: string): SourceTable {
    const ground = { ...this.#ground, job, jobPath: this.#path };
    return new SourceTable(this.#data, this.#path, ground, this.#taken);
  }

  /** Takes a key, and tells that it is not carried over. */
  lose(name: string, why: string): void {
    if (this.has(name)) this.#tell([...this.#path, name], why);
    this.#taken.add(name);
  }

  /** Takes keys that say nothing which is not so anyway, or which is of no use to imp. */
  pass(...names: readonly string[]): void {
    for (const name of names) this.#taken.add(name);
  }

  /** Tells what nobody has taken, as not carried over; `x-…` is for anchors, and says nothing by itself. */
  finish(reasons: Reasons = {}): void {
    for (const name of this.names.filter((each) => !each.startsWith("x-"))) {
      this.lose(name, Object.hasOwn(reasons, name) ? reasons[name]! : "imp has nothing like it");
    }
  }

  /** Where no variable can stand in imp.yaml, what is said without it counts. */
  #takeFixed<Value>(
    name: string,
    kind: string,
    read: (value: unknown) => Value | undefined,
  ): Value | undefined {
    return this.#takeAs(name, kind, (given) => {
      if (typeof given !== "string" || !hasMarks(given)) return read(given);
      this.#tell([...this.#path, name], "a variable decides it; here is what it is without");
      return read(withoutMarks(given));
    });
  }

  #takeAs<Value>(
    name: string,
    kind: string,
    read: (value: unknown) => Value | undefined,
  ): Value | undefined {
    const given = this.take(name);
    if (given === undefined) return undefined;
    const value = read(given);
    if (value === undefined) this.#tell([...this.#path, name], `it must be ${kind}`);
    return value;
  }

  #tell(path: TreePath, why: string): void {
    const { tree, losses, job, jobPath = [] } = this.#ground;
    const { file, line } = tree.spotOf(path, "key");
    const key = showPath(path.slice(jobPath.length));
    losses.add({ file, line, key, job, why, value: shortValue(tree.valueAt(path)) });
  }
}

/** The text that a scalar was written as; undefined for what is none. */
function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return ["number", "boolean", "bigint"].includes(typeof value) ? String(value) : undefined;
}

const YES = ["true", "yes", "on", "1"];
const NO = ["false", "no", "off", "0"];

function toFlag(value: unknown): boolean | undefined {
  const word = toText(value)?.toLowerCase();
  if (word === undefined) return undefined;
  return YES.includes(word) ? true : NO.includes(word) ? false : undefined;
}

function asList(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
