import { AppError } from "../../base/app_error.ts";
import { TextError } from "../../config/parse_text.ts";
import type { NamedTable } from "../../project/insert_json_table.ts";
import { insertServer } from "../../project/insert_server.ts";
import { changeAgentText, type Installed, wrongText } from "./agent_text.ts";

/** How a server gets into a file. */
export interface InstallOptions {
  /** In the place of another one of its name. */
  readonly isForced: boolean;
  /** Only finds out what the file would be. */
  readonly isDry: boolean;
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
  return await changeAgentText(path, {
    change: (text) => insert(path, { text, server, isForced }),
    isDry,
  });
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
    throw error instanceof TextError ? wrongText(path, error) : error;
  }
}
