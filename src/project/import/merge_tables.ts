import { isTable, type PlainTable } from "../../config/plain_table.ts";

/** A table over another one: what is a table in both becomes one, all else is that of `over`. */
export function mergeTables(base: PlainTable, over: PlainTable): PlainTable {
  const both = Object.keys(over).filter((key) => isTable(base[key]) && isTable(over[key]));
  const tables = both.map((key) =>
    [key, mergeTables(base[key] as PlainTable, over[key] as PlainTable)] as const
  );
  return { ...base, ...over, ...Object.fromEntries(tables) };
}
