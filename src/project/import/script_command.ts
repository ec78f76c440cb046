import { extname, isAbsolute } from "@std/path/posix";
import { quoteWord, splitWords } from "../../base/shell_words.ts";
import { commandOf } from "./command_words.ts";
import { shellText } from "./marked_text.ts";
import { fromDir } from "./relative_path.ts";
import type { SourceFiles } from "./source_files.ts";
import type { SourceTable } from "./source_table.ts";
import type { WrittenCommand } from "./written_job.ts";

/** What runs a script, by its ending, as pm2 has it. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  ".js": "node",
  ".cjs": "node",
  ".mjs": "node",
  ".ts": "bun",
  ".tsx": "bun",
  ".py": "python3",
  ".rb": "ruby",
  ".php": "php",
  ".pl": "perl",
  ".sh": "bash",
  ".coffee": "coffee",
};

/** A script as pm2 and its like are told of one. */
export interface Script {
  readonly script: string | undefined;
  readonly args: readonly string[];
  /** `none`: it is a program itself; undefined: its ending says it. */
  readonly interpreter: string | undefined;
  /** Those of the interpreter. */
  readonly options: readonly string[];
  /** Where it is run, and looked for. */
  readonly cwd: string | undefined;
}

/** The words that run a script; one with spaces that is no file is the shell's. Undefined for none. */
export function scriptCommand(
  { script, args, interpreter: named, options, cwd = "." }: Script,
  files: SourceFiles,
): WrittenCommand | undefined {
  if (script === undefined || script === "") return undefined;
  const isFile = files.read(cwd === "." ? script : `${cwd}/${script}`) !== undefined;
  if (/\s/.test(script.trim()) && !isFile && named === undefined) {
    return shellText([script, ...args.map(quoteWord)].join(" "));
  }
  const interpreter = named ?? INTERPRETERS[extname(script)];
  const isHere = fromDir(cwd, files.dir) === ".";
  const path = isHere && isAbsolute(script) ? fromDir(script, files.dir) : script;
  if (interpreter !== undefined && interpreter !== "none") {
    return commandOf([interpreter, ...options, path, ...args]);
  }
  // Without a way to it, a program is looked for in PATH.
  return commandOf([
    (isFile || path !== script) && !path.includes("/") ? `./${path}` : path,
    ...args,
  ]);
}

/** The words of a key: a list of them, or a line. */
export function readWords(table: SourceTable, key: string): readonly string[] {
  const value = table.take(key);
  if (Array.isArray(value)) return value.map(String);
  const words = value === undefined ? [] : splitWords(String(value));
  if (words === undefined) table.lose(key, "a quote is not closed");
  return words ?? [];
}
