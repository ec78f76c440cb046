import { markPort } from "./marked_text.ts";

/** Whose template it is. */
interface TemplateOptions {
  readonly name: string;
  readonly namespace: unknown;
  readonly dir: string;
  /** Whether there is such a port of another daemon, counted from 0. */
  readonly hasPort: (daemon: string, index: number) => boolean;
  readonly onStrange: (written: string) => void;
}

const TEMPLATE = /\{\{\s*(.*?)\s*\}\}/g;
const PORT = /^daemons(?:\.([\w-]+)|\[["']([^"']+)["']\])\.port(?:s\[(\d+)\])?$/;

/** A text with the ports of other daemons marked; what is more than that is left, and told. */
export function fillPitchforkTemplate(text: string, options: TemplateOptions): string {
  const { name, namespace, dir, hasPort, onStrange } = options;
  return text.replace(TEMPLATE, (mark, inner: string) => {
    const [, plain, quoted, index = "0"] = PORT.exec(inner) ?? [];
    const other = (plain ?? quoted)?.replace(/^[^.]*\./, "");
    if (other !== undefined && hasPort(other, Number(index))) return markPort(other, `p${index}`);
    if (inner === "name") return name;
    if (inner === "dir") return dir;
    if (inner === "namespace" && typeof namespace === "string") return namespace;
    onStrange(mark);
    return mark;
  });
}
