import { AppError, reasonOf } from "../base/app_error.ts";
import { readRegularFile, targetKindOf } from "../platform/read_regular_file.ts";
import { findKeyLine } from "./find_key_line.ts";
import { parseConfig } from "./parse_config.ts";

/** A file of settings or of a project, read and parsed but not yet checked. */
export interface ConfigDocument {
  readonly path: string;
  readonly data: unknown;
  /** The line, counted from 1, where `name` is set, in the table `within` if that is given. */
  lineOf(within: string | undefined, name: string | undefined): number | undefined;
}

/** Thousands of lines. What is larger is another file by mistake, and reading it would keep the daemon from everything else. */
const MOST_BYTES = 256 * 1_024;

/**
 * The one of `candidates` that is there, or undefined.
 * @throws AppError `settings.two_files` rather than guess between two, `settings.unreadable`
 */
export function findConfigFile(candidates: readonly string[]): string | undefined {
  const [first, second] = candidates.filter((path) => {
    try {
      return targetKindOf(path) !== "absent";
    } catch (error) {
      throw unreadable(path, reasonOf(error));
    }
  });
  if (first === undefined || second === undefined) return first;
  throw new AppError("settings.two_files", `Cannot choose between ${first} and ${second}`, {
    hint: "Keep one of them",
  });
}

/**
 * Reads and parses the file at `path`; undefined when it is gone, an empty one is an empty table.
 * @throws AppError `settings.unreadable`, or `settings.invalid` with the line where the parser gives it
 */
export async function readConfigFile(path: string): Promise<ConfigDocument | undefined> {
  const content = readRegularFile(path, MOST_BYTES);
  if (content.state === "absent") return undefined;
  if (content.state === "refused") throw unreadable(path, content.why);
  const { text, data } = await parseConfig(path, content.bytes);
  return { path, data, lineOf: (within, name) => findKeyLine(text, within, name) };
}

function unreadable(path: string, why: string): AppError {
  return new AppError("settings.unreadable", `Cannot read ${path}: ${why}`, {
    hint: "Make it a file that you may read, or move it away",
  });
}
