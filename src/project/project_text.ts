import { decodeText, TextError } from "../config/parse_text.ts";
import { readRegularFile } from "../platform/read_regular_file.ts";

/** As much as the daemon reads of the same file for its settings. */
export const MOST_PROJECT_BYTES = 256 * 1_024;

/** What is in a project file. */
export interface ProjectText {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** What was in the files that were read, by their absolute paths; undefined of one that was not there. */
export type FileReads = Map<string, Uint8Array | undefined>;

/** What is in the file at a path; undefined where there is none. @throws TextError */
export function readProjectText(path: string): ProjectText | undefined {
  const content = readRegularFile(path, MOST_PROJECT_BYTES);
  if (content.state === "absent") return undefined;
  if (content.state === "refused") throw new TextError(content.why);
  return { bytes: content.bytes, text: decodeText(content.bytes) };
}
