import { AppError } from "../../base/app_error.ts";
import { decodeText, TextError } from "../../config/parse_text.ts";
import { writeMadeFile } from "../../platform/create_file.ts";
import { readRegularFile } from "../../platform/read_regular_file.ts";
import { replaceUserFile } from "../../platform/replace_user_file.ts";
import type { NamedTable } from "../../project/insert_json_table.ts";
import { insertServer } from "../../project/insert_server.ts";

/** An agent keeps its history in the same file. */
const MOST_BYTES = 64 * 2 ** 20;
/** What some editors put in front. */
const MARK = "\ufeff";

/** How a server gets into a file. */
export interface InstallOptions {
  /** In the place of another one of its name. */
  readonly isForced: boolean;
  /** Only finds out what the file would be. */
  readonly isDry: boolean;
}

/** What became of a file, and its text. */
export interface Installed {
  readonly action: "created" | "changed" | "unchanged";
  readonly text: string;
}

/**
 * Names a server in the settings of an agent, whose other parts stay as they are; the file is made where there is none.
 * @throws AppError `agent.wrong_file`, `agent.has_entry`, `agent.no_place`, `project.changed`, `project.unwritable`
 */
export async function installServer(
  path: string,
  server: NamedTable,
  { isForced, isDry }: InstallOptions,
): Promise<Installed> {
  const before = read(path);
  const mark = before?.text.startsWith(MARK) ? MARK : "";
  const old = before?.text.slice(mark.length) ?? "";
  const found = await insert(path, { text: old, server, isForced });
  if (found === undefined) return { action: "unchanged", text: mark + old };
  const text = mark + found;
  if (!isDry && before === undefined) writeMadeFile(path, text);
  else if (!isDry) replaceUserFile(path, text, before!.bytes);
  return { action: before === undefined ? "created" : "changed", text };
}

function read(path: string): { bytes: Uint8Array; text: string } | undefined {
  const content = readRegularFile(path, MOST_BYTES);
  if (content.state === "absent") return undefined;
  if (content.state === "refused") throw wrong(path, content.why);
  try {
    return { bytes: content.bytes, text: decodeText(content.bytes) };
  } catch (error) {
    throw error instanceof TextError ? wrong(path, describe(error)) : error;
  }
}

/** Undefined when it is there already. */
async function insert(
  path: string,
  { text, server, isForced }: { text: string; server: NamedTable; isForced: boolean },
): Promise<string | undefined> {
  try {
    const result = await insertServer({ path, text }, server, { isForced });
    switch (result.is) {
      case "there":
        return undefined;
      case "text":
        return result.text;
      case "other":
        throw new AppError("agent.has_entry", `There is another server "imp" in ${path}`, {
          hint: "Put this one in its place with --force, or look at it with --print",
        });
      case "no_place":
        throw new AppError("agent.no_place", `Found no place for imp in ${path}`, {
          hint: `Write it by hand: ${server.within}.imp with ${JSON.stringify(server.table)}`,
        });
    }
  } catch (error) {
    throw error instanceof TextError ? wrong(path, describe(error)) : error;
  }
}

function describe({ reason, at: { line, column } }: TextError): string {
  const place = line === undefined
    ? ""
    : column === undefined
    ? `${line}: `
    : `${line}:${column}: `;
  return place + reason;
}

function wrong(path: string, why: string): AppError {
  return new AppError("agent.wrong_file", `Cannot change ${path}: ${why}`, {
    hint: "Mend it; nothing was written",
  });
}
