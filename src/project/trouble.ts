import { escapeControl } from "../base/terminal_text.ts";
import type { Spot, TreePath } from "./project_tree.ts";

/** One thing that is wrong in a project file. */
export interface Trouble extends Spot {
  /** Of the entry, as in `jobs.api.cwd`; empty for the file. */
  readonly path: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The variable that is missing, where nothing else is wrong. */
  readonly variable?: string;
}

const LONGEST_PATH_PART = 60;

/** A path as people write it. */
export function showPath(path: TreePath): string {
  return path.map((part, index) => {
    if (typeof part === "number") return `[${part}]`;
    const shown = part.length <= LONGEST_PATH_PART ? part : `${part.slice(0, LONGEST_PATH_PART)}…`;
    return index === 0 ? shown : `.${shown}`;
  }).join("");
}

/** `imp.yaml:14:9: jobs.api.cwd: must be text (hint)`, as compilers say it and editors understand it. */
export function formatTrouble({ file, line, column, path, message, hint }: Trouble): string {
  const what = [path, message].filter((part) => part !== "").join(": ");
  const text = `${file}:${line}:${column}: ${what}${hint === undefined ? "" : ` (${hint})`}`;
  return escapeControl(text.replace(/\s*\n\s*/g, " "), { allowColor: false });
}

/** Gathers troubles: each once, those of the main file first, and by line. */
export class TroubleList {
  readonly #found = new Map<string, Trouble>();

  add(trouble: Trouble): void {
    const { file, line, column, message } = trouble;
    const name = [file, line, column, message].join("\0");
    if (!this.#found.has(name)) this.#found.set(name, trouble);
  }

  get isEmpty(): boolean {
    return this.#found.size === 0;
  }

  /** In the order of `files`, and of the lines in them. */
  inOrder(files: readonly string[]): Trouble[] {
    return [...this.#found.values()].sort((a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column
    );
  }
}
