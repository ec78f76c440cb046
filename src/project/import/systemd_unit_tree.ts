import { isTable, type PlainTable } from "../../config/plain_table.ts";
import type { ProjectTree } from "../project_tree.ts";
import type { ImportInput } from "./importer.ts";
import { type IniDialect, readIni } from "./ini_tree.ts";
import type { SourceFile } from "./source_files.ts";

const DIALECT: IniDialect = {
  remark: /^[#;]/,
  separator: /=/,
  toKey: (written) => written,
  continues: "backslash",
  repeats: true,
};

/** A unit with its drop-ins behind it: each value a list, in which what is empty takes away what was before. */
export function readSystemdUnit(file: SourceFile, { files }: ImportInput): ProjectTree {
  const tree = readIni(file, DIALECT);
  const name = file.path.slice(file.path.lastIndexOf("/") + 1);
  const dir = `${name}.d`;
  const dropIns = files.list(dir).filter((each) => each.endsWith(".conf"));
  const tables = dropIns.flatMap((each) => {
    const text = files.read(`${dir}/${each}`);
    return text === undefined ? [] : [readIni({ name: `${dir}/${each}`, text }, DIALECT).data];
  });
  return tree.withData(withoutReset([tree.data, ...tables].reduce(appended)));
}

function appended(base: PlainTable, more: PlainTable): PlainTable {
  const names = new Set([...Object.keys(base), ...Object.keys(more)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const [before, after] = [base[name], more[name]];
      if (isTable(before) && isTable(after)) return [name, appended(before, after)];
      return [name, [before ?? [], after ?? []].flat()];
    }).map(([name, value]) => [name, sectionOf(value, { base, more, name: String(name) })]),
  );
}

/** A section that only one of them has stays a table. */
function sectionOf(
  value: unknown,
  { base, more, name }: { base: PlainTable; more: PlainTable; name: string },
): unknown {
  const only = [base[name], more[name]].filter((each) => each !== undefined);
  return only.length === 1 && isTable(only[0]) ? only[0] : value;
}

function withoutReset(data: PlainTable): PlainTable {
  return Object.fromEntries(
    Object.entries(data).map(([section, table]) => [
      section,
      isTable(table)
        ? Object.fromEntries(Object.entries(table).map(([key, value]) => [key, sinceEmpty(value)]))
        : table,
    ]),
  );
}

function sinceEmpty(value: unknown): unknown {
  return Array.isArray(value) ? value.slice(value.lastIndexOf("") + 1) : value;
}
