import { isAbsolute, join } from "@std/path/posix";
import { decodeText, TextError } from "../../config/parse_text.ts";
import { directoryEntries } from "../../platform/directory_entries.ts";
import { readRegularFile, targetKindOf } from "../../platform/read_regular_file.ts";

/** A file of another tool. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  /** What it is called in what is said about it. */
  readonly name: string;
  readonly text: string;
}

/** What lies in a directory, and below; paths are from there. */
export interface SourceFiles {
  /** Absolute. */
  readonly dir: string;
  /** The text of a file; undefined for what is not there, or no text. */
  read(path: string): string | undefined;
  /** The names in a directory, in order; none when it is none. */
  list(path: string): readonly string[];
}

/** More than anybody writes by hand, package.json included. */
const MOST_BYTES = 1_024 * 1_024;

/** What really lies in the directory `dir`. */
export function openSourceFiles(dir: string): SourceFiles {
  const full = (path: string) => isAbsolute(path) ? path : join(dir, path);
  return {
    dir,
    read(path) {
      try {
        return isThere(full(path)) ? readSourceText(full(path)) : undefined;
      } catch (error) {
        if (error instanceof TextError) return undefined;
        throw error;
      }
    },
    list: (path) => directoryEntries(full(path)).sort(),
  };
}

/** The text of the file at `path`. @throws TextError */
export function readSourceText(path: string): string {
  const content = readRegularFile(path, MOST_BYTES);
  if (content.state === "absent") throw new TextError("there is no such file");
  if (content.state === "refused") throw new TextError(content.why);
  return decodeText(content.bytes);
}

function isThere(path: string): boolean {
  try {
    return targetKindOf(path) === "file";
  } catch {
    return false;
  }
}
