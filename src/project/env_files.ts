import { isAbsolute, join } from "@std/path/posix";
import { AppError } from "../base/app_error.ts";
import { parseEnvFile } from "../base/env_file.ts";
import { decodeText, TextError } from "../config/parse_text.ts";
import { readRegularFile } from "../platform/read_regular_file.ts";
import type { FileReads } from "./project_text.ts";
import type { EnvFileWish } from "./schema.ts";

/** More than any environment has room for. */
const MOST_BYTES = 256 * 1_024;

/** Without quotes, dollars, escapes and remarks behind the value, which others read otherwise. */
const PLAIN_LINE = /^(?:\s*|#.*|[A-Za-z_]\w*=[^\s"'`$\\#;]*)$/;

/** The variables of a file with its whole path, or what is wrong with it; a file that may be missing has none then. */
export type EnvFileReading =
  | {
    readonly path: string;
    readonly variables: Readonly<Record<string, string>>;
    /** Nobody who reads such files can take it for anything else. */
    readonly isPlain: boolean;
  }
  | { readonly why: string };

/** Reads files of variables, each once. */
export class EnvFiles {
  readonly #dir: string;
  readonly #reads: FileReads;
  readonly #read = new Map<string, EnvFileReading | undefined>();

  constructor(dir: string, reads: FileReads = new Map()) {
    this.#dir = dir;
    this.#reads = reads;
  }

  /** What is in the file; its path is from the directory of the project file. */
  read({ path, required }: EnvFileWish): EnvFileReading {
    const full = isAbsolute(path) ? path : join(this.#dir, path);
    if (!this.#read.has(full)) this.#read.set(full, readOne(full, path, this.#reads));
    return this.#read.get(full) ??
      (required
        ? { why: `there is no file ${JSON.stringify(path)}` }
        : { path: full, variables: {}, isPlain: true });
  }
}

/** Undefined when it is not there. */
function readOne(full: string, path: string, reads: FileReads): EnvFileReading | undefined {
  const content = readRegularFile(full, MOST_BYTES);
  reads.set(full, content.state === "read" ? content.bytes : undefined);
  if (content.state === "absent") return undefined;
  if (content.state === "refused") return { why: `${JSON.stringify(path)}: ${content.why}` };
  try {
    const text = decodeText(content.bytes);
    const isPlain = text.split(/\r?\n/).every((line) => PLAIN_LINE.test(line));
    return { path: full, variables: parseEnvFile(text, path), isPlain };
  } catch (error) {
    if (error instanceof AppError) return { why: lowerFirst(error.message) };
    if (error instanceof TextError) return { why: `${JSON.stringify(path)}: ${error.reason}` };
    throw error;
  }
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
