import { globToRegExp } from "@std/path";
import { resolve } from "@std/path/posix";

/** How far a path has come within a glob: places in it, each reached by one way of reading it. */
export type GlobPlaces = readonly number[];

/** What a glob means by a name that is nobody's work: `**` and `*` pass it by, and only who writes it means it. */
const LEFT_OUT: ReadonlySet<string> = new Set([".git", "node_modules"]);
/** What editors put beside a file while they have it open: Vim, Emacs, Kate, JetBrains. */
const PASSING = /^(\..*\.sw[a-z]|4913|\.#.*|#.*#|.*~|\.DS_Store|.*___jb_(tmp|old)___)$/;

const MAGIC = /[*?[\]{}!+@()]/;
/** Braces within braces become many. */
const MOST_ALTERNATIVES = 256;

type Part = "**" | { readonly name: string } | { readonly pattern: RegExp };

/**
 * A glob without braces, read name by name: so it tells of each directory whether something below it could match, and
 * nobody has to look into the others.
 */
export class GlobPath {
  /** Up to the first name that is a pattern; the directory in which the names that it means begin. */
  readonly base: string;
  readonly #parts: readonly Part[];
  /** How many of these stand for themselves. */
  readonly #fixed: number;

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
    const magic = parts.findIndex((part) => part === "**" || "pattern" in part);
    this.#fixed = magic < 0 ? parts.length : magic;
    const names = parts.slice(0, magic < 0 ? -1 : magic).map((part) => (part as Named).name);
    this.base = `/${names.join("/")}`;
  }

  /** What a glob of a user's means, from `dir`: a name without patterns is a file, or a directory with all below it. */
  static parse(glob: string, dir: string): GlobPath[] {
    return expandBraces(glob).flatMap((each) => {
      const words = each.replace(/\/+$/, "/**").split("/");
      const magic = words.findIndex((word) => MAGIC.test(word));
      const fixed = resolve(dir, (magic < 0 ? words : words.slice(0, magic)).join("/") || ".");
      const base = fixed.split("/").filter((word) => word !== "").map((name) => ({ name }));
      const rest = magic < 0 ? [] : words.slice(magic)
        .filter((word) => word !== "" && word !== ".").map(toPart);
      const path = new GlobPath([...base, ...rest]);
      return magic < 0 ? [path, new GlobPath([...base, "**"])] : [path];
    });
  }

  /** At a directory that is `base`, or above it. */
  placesAt(directory: string): GlobPlaces {
    return this.#close([directory.split("/").filter((word) => word !== "").length]);
  }

  /** In an entry of a directory; none when nothing there, or below it, can match. */
  step(places: GlobPlaces, name: string): GlobPlaces {
    const isLeftOut = LEFT_OUT.has(name) || PASSING.test(name);
    return this.#close(places.flatMap((place) => {
      const part = this.#parts[place];
      if (part === undefined) return [];
      if (part === "**") return isLeftOut ? [] : [place];
      if ("name" in part) return part.name === name ? [place + 1] : [];
      return !isLeftOut && part.pattern.test(name) ? [place + 1] : [];
    }));
  }

  /** Whether a path that ends here is meant. */
  isMatch(places: GlobPlaces): boolean {
    return places.includes(this.#parts.length);
  }

  /** The same by names alone: what these lead to is meant, whatever anybody ignores. */
  stepByName(places: GlobPlaces, name: string): GlobPlaces {
    return this.step(places.filter((place) => place < this.#fixed), name);
  }

  /** `**` may stand for nothing. */
  #close(places: readonly number[]): GlobPlaces {
    const all = new Set<number>();
    for (let place of places) {
      all.add(place);
      while (this.#parts[place] === "**") all.add(++place);
    }
    return [...all];
  }
}

type Named = { readonly name: string };

function toPart(word: string): Part {
  if (word === "**") return word;
  if (!MAGIC.test(word)) return { name: word };
  return { pattern: globToRegExp(word, { extended: true, globstar: false }) };
}

/** `a/{b,c/d}` is `a/b` and `a/c/d`. */
function expandBraces(glob: string): string[] {
  const todo = [glob];
  const done: string[] = [];
  while (todo.length > 0 && done.length + todo.length <= MOST_ALTERNATIVES) {
    const next = todo.shift()!;
    const inner = /\{([^{}]*,[^{}]*)\}/.exec(next);
    if (inner === null) done.push(next);
    else {
      const [before, after] = [
        next.slice(0, inner.index),
        next.slice(inner.index + inner[0].length),
      ];
      todo.push(...inner[1]!.split(",").map((each) => before + each + after));
    }
  }
  return [...done, ...todo];
}
