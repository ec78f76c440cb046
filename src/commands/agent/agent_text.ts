import { AppError } from "../../base/app_error.ts";
import { decodeText, TextError } from "../../config/parse_text.ts";
import { writeMadeFile } from "../../platform/create_file.ts";
import { readRegularFile } from "../../platform/read_regular_file.ts";
import { replaceUserFile } from "../../platform/replace_user_file.ts";

/** An agent keeps its history in the same file. */
const MOST_BYTES = 64 * 2 ** 20;
/** What some editors put in front. */
const MARK = "\ufeff";

/** What became of a file, and its text. */
export interface Installed {
  readonly action: "created" | "changed" | "unchanged";
  readonly text: string;
}

/**
 * Makes the text of a file that agents read what `change` makes of it (undefined: it is that already); the file is made
 * where there is none, and only found out about where `isDry`.
 * @throws AppError `agent.wrong_file`, `project.changed`, `project.unwritable`, and what `change` throws
 */
export async function changeAgentText(
  path: string,
  { change, isDry }: {
    readonly change: (text: string) => string | undefined | Promise<string | undefined>;
    readonly isDry: boolean;
  },
): Promise<Installed> {
  const before = read(path);
  const mark = before?.text.startsWith(MARK) ? MARK : "";
  const old = before?.text.slice(mark.length) ?? "";
  const found = await change(old);
  if (found === undefined) return { action: "unchanged", text: mark + old };
  const text = mark + found;
  if (!isDry && before === undefined) writeMadeFile(path, text);
  else if (!isDry) replaceUserFile(path, text, before!.bytes);
  return { action: before === undefined ? "created" : "changed", text };
}

function read(path: string): { bytes: Uint8Array; text: string } | undefined {
  const content = readRegularFile(path, MOST_BYTES);
  if (content.state === "absent") return undefined;
  if (content.state === "refused") throw wrongFile(path, content.why);
  try {
    return { bytes: content.bytes, text: decodeText(content.bytes) };
  } catch (error) {
    throw error instanceof TextError ? wrongText(path, error) : error;
  }
}

/** What is wrong in a file, and where. */
export function wrongText(path: string, { reason, at: { line, column } }: TextError): AppError {
  const place = line === undefined
    ? ""
    : column === undefined
    ? `${line}: `
    : `${line}:${column}: `;
  return wrongFile(path, place + reason);
}

/** A file that is not changed. */
export function wrongFile(path: string, why: string): AppError {
  return new AppError("agent.wrong_file", `Cannot change ${path}: ${why}`, {
    hint: "Mend it; nothing was written",
  });
}
