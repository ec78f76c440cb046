import type { Ignore } from "ignore";
import { dirname, join, relative } from "@std/path/posix";
import { fileExists } from "../../platform/remove_file.ts";
import { readRegularFile } from "../../platform/read_regular_file.ts";

/** What one is called, and how much of it is read. */
export const IGNORE_FILE = ".gitignore";
const MOST_BYTES = 256 * 1_024;

/** The rules of one file, from its directory on. */
interface RuleFile {
  readonly directory: string;
  readonly rules: Ignore;
}

/** What the .gitignore files above and in a directory say; the inner ones have the last word. */
export class IgnoreRules {
  static readonly none = new IgnoreRules([]);
  /** The inner ones first. */
  readonly #files: readonly RuleFile[];

  private constructor(files: readonly RuleFile[]) {
    this.#files = files;
  }

  /** Those above a directory: up to where its repository begins or, where it is in none, up to `outermost`. */
  static async above(directory: string, outermost: string): Promise<IgnoreRules> {
    const above: string[] = [];
    for (let at = directory; at !== "/" && !fileExists(join(at, ".git"));) {
      at = dirname(at);
      above.push(at);
    }
    const isInRepository = fileExists(join(above.at(-1) ?? directory, ".git"));
    let rules = IgnoreRules.none;
    for (const each of above.reverse()) {
      const isWithin = each === outermost || each.startsWith(`${outermost}/`);
      if (isInRepository || isWithin) rules = await rules.with(each);
    }
    return rules.isIgnored(directory, true) ? IgnoreRules.none : rules;
  }

  /** Together with the file of this directory, if there is one that can be read. */
  async with(directory: string): Promise<IgnoreRules> {
    const content = readRegularFile(join(directory, IGNORE_FILE), MOST_BYTES);
    if (content.state !== "read") return this;
    const { default: ignore } = await import("ignore");
    const rules = ignore({ allowRelativePaths: true }).add(new TextDecoder().decode(content.bytes));
    return new IgnoreRules([{ directory, rules }, ...this.#files]);
  }

  /** Of a path whose directory is not ignored. */
  isIgnored(path: string, isDirectory: boolean): boolean {
    for (const { directory, rules } of this.#files) {
      const { ignored, unignored } = rules.test(
        relative(directory, path) + (isDirectory ? "/" : ""),
      );
      if (ignored || unignored) return ignored;
    }
    return false;
  }
}
