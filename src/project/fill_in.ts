import { isTable } from "../config/plain_table.ts";
import type { ReadEnv } from "../platform/paths.ts";
import type { TreePath } from "./project_tree.ts";
import {
  findPorts,
  markPort,
  parseTemplate,
  type PortReference,
  type ProjectFact,
  TemplateError,
  type TemplatePiece,
} from "./template.ts";

/** What `${…}` is filled in with, and who hears of it. */
export interface Filling {
  readonly variable: ReadEnv;
  readonly facts: Readonly<Record<ProjectFact, string>>;
  /** Whether a text is the shell's, in which nothing but ports is filled in, when the job starts. */
  readonly isShell: (path: TreePath, text: string) => boolean;
  /** Whether a port may stand there. */
  readonly mayBeLate: (path: TreePath) => boolean;
  readonly onPort: (reference: PortReference, path: TreePath) => void;
  readonly onTrouble: (
    path: TreePath,
    message: string,
    more?: Pick<TemplateError, "hint" | "variable">,
  ) => void;
}

/**
 * A value with everything filled in that stands in its texts; ports are marked. A text that is nothing but one `${…}` may
 * become true or false by that. What cannot be filled in is told and left out.
 */
export function fillIn(value: unknown, path: TreePath, filling: Filling): unknown {
  if (Array.isArray(value)) {
    return value.map((each, index) => fillIn(each, [...path, index], filling));
  }
  if (isTable(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, fillIn(each, [...path, key], filling)]),
    );
  }
  return typeof value === "string" ? fillText(value, path, filling) : value;
}

function fillText(text: string, path: TreePath, filling: Filling): unknown {
  if (text.includes("\0")) return filling.onTrouble(path, "there is a NUL character");
  if (!text.includes("$")) return text;
  if (filling.isShell(path, text)) {
    for (const reference of findPorts(text)) filling.onPort(reference, path);
    return text;
  }
  try {
    const pieces = parseTemplate(text);
    const filled = pieces.map((piece) => fillPiece(piece, path, filling)).join("");
    const isOne = pieces.length === 1 && typeof pieces[0] !== "string";
    return isOne && /^(true|false)$/.test(filled) ? filled === "true" : filled;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    filling.onTrouble(path, error.message, error);
  }
}

function fillPiece(piece: TemplatePiece, path: TreePath, filling: Filling): string {
  if (typeof piece === "string") return piece;
  if ("fact" in piece) return filling.facts[piece.fact];
  if ("port" in piece) {
    if (!filling.mayBeLate(path)) {
      throw new TemplateError(
        "a port is known only when the job starts",
        "it can stand in env, ready, health and commands",
      );
    }
    filling.onPort(piece, path);
    return markPort(piece);
  }
  const { variable, fallback, complaint, countsEmpty } = piece;
  const value = filling.variable(variable);
  if (value !== undefined && !(countsEmpty && value === "")) return value;
  if (fallback !== undefined) return fallback;
  const state = value === undefined ? "not set" : "empty";
  throw new TemplateError(
    `${variable} is ${state}${complaint ? `: ${complaint}` : ""}`,
    complaint === undefined ? `\${${variable}:-} for nothing then` : undefined,
    variable,
  );
}
