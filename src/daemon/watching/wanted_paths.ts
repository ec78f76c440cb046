import { dirname, join } from "@std/path/posix";
import { GlobPath, type GlobPlaces } from "./glob_path.ts";
import { IgnoreRules } from "./ignore_rules.ts";

/** Which files are wanted, as one writes it; globs are from `directory`. */
export interface WantedFiles {
  readonly directory: string;
  readonly paths: readonly string[];
  readonly ignore: readonly string[];
}

/** What may still be found at a path, and below it. */
export interface Prospect {
  /** By glob. */
  readonly wanted: readonly GlobPlaces[];
  /** The same of what is left out. */
  readonly leftOut: readonly GlobPlaces[];
  readonly rules: IgnoreRules;
}

/** Tells of paths, name by name, whether they are wanted or something below them may be. */
export class WantedPaths {
  readonly #globs: readonly { readonly text: string; readonly path: GlobPath }[];
  readonly #leftOut: readonly GlobPath[];
  readonly #directory: string;
  /** The globs of which something was found. */
  readonly #found = new Set<string>();

  constructor({ directory, paths, ignore }: WantedFiles) {
    this.#directory = directory;
    this.#globs = paths.flatMap((text) =>
      GlobPath.parse(text, directory).map((path) => ({ text, path }))
    );
    // As in a .gitignore, a name is left out wherever it is.
    this.#leftOut = ignore.flatMap((glob) =>
      GlobPath.parse(/^[^/]+\/?$/.test(glob) ? `**/${glob}` : glob, directory)
    );
  }

  /** Where a look has to begin, given which directories are there: none is below another. */
  tops(isDirectory: (path: string) => boolean): string[] {
    const all = new Set(this.#globs.map(({ path }) => {
      let top = path.base;
      while (top !== "/" && !isDirectory(top)) top = dirname(top);
      return top;
    }));
    return [...all].filter((top) => ![...all].some((other) => isAbove(other, top)));
  }

  /** What may be found in one of these. */
  async prospectAt(top: string): Promise<Prospect> {
    const at = (path: GlobPath) =>
      path.base === top || isAbove(top, path.base) ? path.placesAt(top) : [];
    return {
      wanted: this.#globs.map(({ path }) => at(path)),
      // One that begins above goes on down here.
      leftOut: this.#leftOut.map((path) =>
        isAbove(path.base, top) ? this.#down(path, top) : at(path)
      ),
      rules: await IgnoreRules.above(top, this.#directory),
    };
  }

  /** What may be found at an entry of a directory; undefined when nothing is. */
  step(
    { wanted, leftOut, rules }: Prospect,
    { directory, name, isDirectory }: { directory: string; name: string; isDirectory: boolean },
  ): Prospect | undefined {
    let next = this.#globs.map(({ path }, index) => path.step(wanted[index]!, name));
    if (next.every((places) => places.length === 0)) return undefined;
    const skipped = this.#leftOut.map((path, index) => path.step(leftOut[index]!, name));
    if (this.#leftOut.some((path, index) => path.isMatch(skipped[index]!))) return undefined;
    const isIgnored = rules.isIgnored(join(directory, name), isDirectory);
    if (!isIgnored) return { wanted: next, leftOut: skipped, rules };
    next = this.#globs.map(({ path }, index) => path.stepByName(wanted[index]!, name));
    if (next.every((places) => places.length === 0)) return undefined;
    return { wanted: next, leftOut: skipped, rules: IgnoreRules.none };
  }

  /** Whether a file with this prospect is wanted. */
  isWanted({ wanted }: Prospect): boolean {
    const matching = this.#globs.filter(({ path }, index) => path.isMatch(wanted[index]!));
    for (const { text } of matching) this.#found.add(text);
    return matching.length > 0;
  }

  /** The globs of which nothing was ever found. */
  get unfound(): string[] {
    return [...new Set(this.#globs.map(({ text }) => text))]
      .filter((text) => !this.#found.has(text));
  }

  #down(path: GlobPath, top: string): GlobPlaces {
    const names = top.slice(path.base.length).split("/").filter((name) => name !== "");
    return names.reduce<GlobPlaces>(
      (places, name) => path.step(places, name),
      path.placesAt(path.base),
    );
  }
}

/** Whether one directory is somewhere above another. */
export function isAbove(path: string, below: string): boolean {
  return below !== path && below.startsWith(path === "/" ? "/" : `${path}/`);
}
