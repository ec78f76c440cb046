/** A table as the parsers give it: from names to values. */
export type PlainTable = Readonly<Record<string, unknown>>;

/** By this key YAML has the members of other tables stand for those that a table does not have itself. */
const MERGE = "<<";

/** True for a table; lists and dates are none. */
export function isTable(value: unknown): value is PlainTable {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The member of a table that is its own. */
export function memberOf(table: unknown, name: string): unknown {
  return isTable(table) && Object.hasOwn(table, name) ? table[name] : undefined;
}

/**
 * The members of a table with those that are merged into it, what is nearer first. Each table is gone through once, for
 * a file of a few lines can name one a billion times.
 */
export function mergedTable(table: PlainTable): PlainTable {
  const members = new Map<string, unknown>();
  const seen = new Set<unknown>();
  const add = (each: unknown) => {
    if (seen.has(each)) return;
    seen.add(each);
    if (Array.isArray(each)) return each.forEach(add);
    if (!isTable(each)) return void members.set(MERGE, each);
    for (const [name, value] of Object.entries(each)) {
      if (name !== MERGE && !members.has(name)) members.set(name, value);
    }
    if (Object.hasOwn(each, MERGE)) add(each[MERGE]);
  };
  add(table);
  return Object.fromEntries(members);
}
