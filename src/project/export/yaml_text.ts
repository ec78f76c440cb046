import { Document, isMap, isScalar } from "yaml";

/** A YAML file whose `section` has a table for each job. */
export interface YamlFile {
  /** Lines at the top, without their `#`. */
  readonly header: readonly string[];
  readonly value: Readonly<Record<string, unknown>>;
  readonly section: string;
  /** Lines above a table, without their `#`. */
  readonly comments: ReadonlyMap<string, readonly string[]>;
}

/** The text of a YAML file that readers of 1.1 and of 1.2 take alike. */
export function yamlText({ header, value, section, comments }: YamlFile): string {
  const document = new Document(value, { version: "1.1", aliasDuplicateObjects: false });
  document.commentBefore = header.map((line) => ` ${line}`).join("\n");
  const tables = document.get(section);
  for (const { key } of isMap(tables) ? tables.items : []) {
    if (!isScalar(key)) continue;
    const lines = comments.get(String(key.value)) ?? [];
    if (lines.length > 0) key.commentBefore = lines.map((line) => ` ${line}`).join("\n");
  }
  return `${document.toString({ lineWidth: 0 }).trimEnd()}\n`;
}

/** The members that have something to say. */
export function withoutEmpty(table: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
