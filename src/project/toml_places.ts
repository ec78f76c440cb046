import { type OffsetPlaces, toPlaceName } from "./project_tree.ts";

const KEY_PART = /\s*("(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)[ \t]*/y;
const BLANKS = /(?:[\s,]|#[^\n]*)*/y;
const STRING = /"""[^]*?(?<!\\)(?:\\\\)*"{3,5}|'''[^]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y;
const BARE = /[^,\]}\n#]*/y;

/** Where every entry of a TOML text stands; the text is known to be well formed. */
export function findTomlPlaces(text: string): OffsetPlaces {
  return new TomlPlaces(text).find();
}

class TomlPlaces {
  readonly #text: string;
  readonly #places = new Map<string, { key: number; value: number }>();
  /** How many tables of a list of tables there are by now. */
  readonly #counts = new Map<string, number>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  find(): OffsetPlaces {
    let table: (string | number)[] = [];
    for (this.#skip(BLANKS); this.#at < this.#text.length; this.#skip(BLANKS)) {
      if (this.#text[this.#at] === "[") table = this.#header();
      else this.#entry(table);
    }
    return this.#places;
  }

  /** `[a.b]` or `[[a.b]]`. */
  #header(): (string | number)[] {
    const isList = this.#text[this.#at + 1] === "[";
    this.#at += isList ? 2 : 1;
    const start = this.#at;
    const path = this.#key([]);
    this.#at += isList ? 2 : 1;
    this.#add(path, { key: start, value: start });
    if (!isList) return path;
    const name = toPlaceName(path);
    const count = this.#counts.get(name) ?? 0;
    this.#counts.set(name, count + 1);
    this.#add([...path, count], { key: start, value: start });
    return [...path, count];
  }

  /** `a.b = value`. */
  #entry(table: readonly (string | number)[]): void {
    const key = this.#at;
    const path = this.#key(table);
    this.#at++;
    this.#skip(BLANKS);
    this.#value(path, key);
  }

  /** A key with its dots, and where each of its tables begins unless that is known. */
  #key(table: readonly (string | number)[]): (string | number)[] {
    const path = this.#inLists(table);
    for (let start = this.#at;; start = ++this.#at) {
      const part = this.#skip(KEY_PART).trim();
      const name = /^["']/.test(part) ? unquote(part) : part;
      path.push(name);
      if (this.#text[this.#at] !== ".") return path;
      const inner = this.#inLists(path);
      path.splice(0, path.length, ...inner);
      if (!this.#places.has(toPlaceName(path))) this.#add(path, { key: start, value: start });
    }
  }

  /** A table that is named through a list of tables is the last one of it. */
  #inLists(path: readonly (string | number)[]): (string | number)[] {
    const count = this.#counts.get(toPlaceName(path));
    return count === undefined ? [...path] : [...path, count - 1];
  }

  #value(path: readonly (string | number)[], key: number): void {
    const start = this.#at;
    this.#add(path, { key, value: start });
    const opening = this.#text[start];
    if (opening === "[") return this.#list(path);
    if (opening === "{") return this.#inlineTable(path);
    if (opening === '"' || opening === "'") this.#skip(STRING);
    else if (this.#skip(BARE) === "") this.#at++;
  }

  #list(path: readonly (string | number)[]): void {
    this.#at++;
    for (let index = 0;; index++) {
      this.#skip(BLANKS);
      if (this.#isPast("]")) return;
      this.#value([...path, index], this.#at);
    }
  }

  #inlineTable(path: readonly (string | number)[]): void {
    this.#at++;
    for (;;) {
      this.#skip(BLANKS);
      if (this.#isPast("}")) return;
      this.#entry(path);
    }
  }

  /** True behind the closing bracket, or the end, which a well-formed text does not come to. */
  #isPast(bracket: string): boolean {
    if (this.#at >= this.#text.length) return true;
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  #add(path: readonly (string | number)[], place: { key: number; value: number }): void {
    this.#places.set(toPlaceName(path), place);
  }

  /** What the pattern finds here, which is passed by then. */
  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }
}

function unquote(part: string): string {
  if (part.startsWith("'")) return part.slice(1, -1);
  try {
    return JSON.parse(part) as string;
  } catch {
    // \U and \e are TOML's alone.
    return part.slice(1, -1);
  }
}
