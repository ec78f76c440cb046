import { isTable, type PlainTable } from "../config/plain_table.ts";

/** The way to a value: keys of tables and indexes of lists, from the top. */
export type TreePath = readonly (string | number)[];

/** A place in a file, counted from 1; columns in UTF-16 units, as editors count them. */
export interface Spot {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where entries stand, as offsets into a text: key and value of each, by {@linkcode toPlaceName}; in a list both are the same. */
export type OffsetPlaces = ReadonlyMap<string, { readonly key: number; readonly value: number }>;

/** The name of a path among places: no key has a NUL. */
export function toPlaceName(path: TreePath): string {
  return path.join("\0");
}

/** A file of which a tree is made. */
class Layer {
  readonly #places: OffsetPlaces;
  readonly #lineStarts: readonly number[];

  constructor(readonly file: string, text: string, places: OffsetPlaces) {
    this.#places = places;
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  find(path: TreePath, of: "key" | "value"): Spot | undefined {
    const offset = this.#places.get(toPlaceName(path))?.[of];
    return offset === undefined ? undefined : this.#spotAt(offset);
  }

  #spotAt(offset: number): Spot {
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - this.#lineStarts[low]! + 1 };
  }
}

/** What a file says, or several over one another, and where. */
export class ProjectTree {
  readonly data: PlainTable;
  /** What counts first. */
  readonly #layers: readonly Layer[];

  private constructor(data: PlainTable, layers: readonly Layer[]) {
    this.data = data;
    this.#layers = layers;
  }

  /** The tree of one file, which is called `file` in what is said about it. */
  static of(data: PlainTable, file: string, { text, places }: {
    readonly text: string;
    readonly places: OffsetPlaces;
  }): ProjectTree {
    return new ProjectTree(data, [new Layer(file, text, places)]);
  }

  /** Where an entry stands, or, where that is not known, what is around it. */
  spotOf(path: TreePath, of: "key" | "value" = "value"): Spot {
    for (let length = path.length; length > 0; length--) {
      // Of what is missing or unknown in it, the key tells more than the bracket behind it.
      const part = length === path.length ? of : "key";
      for (const layer of this.#layers) {
        const spot = layer.find(path.slice(0, length), part);
        if (spot) return spot;
      }
    }
    return { file: this.#layers.at(-1)!.file, line: 1, column: 1 };
  }

  /** What is written at a path; undefined for what is not there. */
  valueAt(path: TreePath): unknown {
    return path.reduce<unknown>((value, part) => {
      if (Array.isArray(value)) return value[part as number];
      return isTable(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    }, this.data);
  }

  /** The same places with another value for each text. */
  withTexts(change: (text: string, path: TreePath) => string): ProjectTree {
    return new ProjectTree(changeTexts(this.data, [], change) as PlainTable, this.#layers);
  }

  /** The same places with other data at the same paths. */
  withData(data: PlainTable): ProjectTree {
    return new ProjectTree(data, this.#layers);
  }

  /** This file with another one over it: tables become one, all else is replaced, and null takes away. */
  mergedWith(over: ProjectTree): ProjectTree {
    return new ProjectTree(mergeTables(this.data, over.data), [...over.#layers, ...this.#layers]);
  }
}

function mergeTables(base: PlainTable, over: PlainTable): PlainTable {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const before = merged[name];
    if (value === null) delete merged[name];
    else merged[name] = isTable(before) && isTable(value) ? mergeTables(before, value) : value;
  }
  return merged;
}

function changeTexts(
  value: unknown,
  path: TreePath,
  change: (text: string, path: TreePath) => string,
): unknown {
  if (typeof value === "string") return change(value, path);
  if (Array.isArray(value)) {
    return value.map((each, index) => changeTexts(each, [...path, index], change));
  }
  if (!isTable(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, changeTexts(each, [...path, key], change)]),
  );
}
