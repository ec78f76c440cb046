import { stringify } from "smol-toml";
import { parseText } from "../config/parse_text.ts";
import { isTable } from "../config/plain_table.ts";
import { insertJsonTable, type NamedTable } from "./insert_json_table.ts";

/** What becomes of a text in which a server is to be named. */
export type ServerInsertion =
  | { readonly is: "there" }
  /** By its name there is something else. */
  | { readonly is: "other" }
  | { readonly is: "no_place" }
  | { readonly is: "text"; readonly text: string };

/**
 * A settings file of an agent, JSON or TOML by the ending of its path, with a server in it; all else is byte for byte as
 * it was. Something else of its name is left, unless `isForced`.
 * @throws TextError for a text that is none of its kind
 */
export async function insertServer(
  { path, text }: { readonly path: string; readonly text: string },
  server: NamedTable,
  { isForced }: { readonly isForced: boolean },
): Promise<ServerInsertion> {
  const before = await parseText(path, text);
  if (!isTable(before)) return { is: "no_place" };
  const there = serversOf(before, server)[server.name];
  if (JSON.stringify(there) === JSON.stringify(server.table)) return { is: "there" };
  if (there !== undefined && !isForced) return { is: "other" };
  const inserted = insertInto(path, text, server);
  return inserted !== undefined && await isMeant(path, { before, inserted, server })
    ? { is: "text", text: inserted }
    : { is: "no_place" };
}

function insertInto(path: string, text: string, server: NamedTable): string | undefined {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  if (!path.endsWith(".toml")) return insertJsonTable(text, server, end);
  const { within, name, table } = server;
  const added = stringify({ [within]: { [name]: table } }).trim().replaceAll("\n", end);
  const gap = text.trim() === "" ? "" : text.endsWith("\n") ? end : end + end;
  return `${text}${gap}${added}${end}`;
}

/** Whether nothing is different but this server. */
async function isMeant(
  path: string,
  { before, inserted, server }: { before: unknown; inserted: string; server: NamedTable },
): Promise<boolean> {
  try {
    const after = await parseText(path, inserted);
    return JSON.stringify(serversOf(after, server)[server.name]) === JSON.stringify(server.table) &&
      JSON.stringify(without(before, server)) === JSON.stringify(without(after, server));
  } catch {
    // What the parsers refuse is not what is meant either.
    return false;
  }
}

function serversOf(data: unknown, { within }: NamedTable): Readonly<Record<string, unknown>> {
  const servers = isTable(data) ? data[within] : undefined;
  return isTable(servers) ? servers : {};
}

function without(data: unknown, server: NamedTable): unknown {
  const { [server.within]: _, ...rest } = isTable(data) ? data : {};
  return [rest, Object.entries(serversOf(data, server)).filter(([name]) => name !== server.name)];
}
