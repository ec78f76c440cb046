import { isTable } from "../../config/plain_table.ts";

/** What stands for the number of a copy until it is known which one. */
export const REPLICA_MARK = "\u0002";

/** How a text with templates of Go is filled in. */
interface TemplateOptions {
  /** Tables of values, what comes later counting more. */
  readonly vars: readonly unknown[];
  readonly onStrange: (written: string) => void;
}

const TEMPLATE = /\{\{-?\s*(?:\.(\w+)|"([^"]*)")\s*-?\}\}|\{\{.*?\}\}/g;

/** A text with its variables in their places; what is more than a variable is left, and told. */
export function fillTemplate(
  text: string,
  { vars, onStrange }: TemplateOptions,
): string {
  if (!text.includes("{{")) return text;
  return text.replace(TEMPLATE, (mark, name: string | undefined, plain: string | undefined) => {
    if (plain !== undefined) return plain;
    if (name === "PC_REPLICA_NUM") return REPLICA_MARK;
    const table = vars.findLast((each) =>
      isTable(each) && name !== undefined && Object.hasOwn(each, name)
    );
    const value = isTable(table) ? table[name!] : undefined;
    if (["string", "number", "boolean"].includes(typeof value)) return String(value);
    onStrange(mark);
    return mark;
  });
}
