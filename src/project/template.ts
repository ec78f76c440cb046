import { findNearest } from "../base/nearest.ts";

/** A port of a job, which is known when the job starts: `${ports.http}`, or with `job` `${jobs.db.ports.pg}`. */
export interface PortReference {
  readonly job?: string | undefined;
  readonly port: string;
}

/** What stands for the value of a variable. */
export interface VariablePiece {
  readonly variable: string;
  /** In place of one that is not set; with `countsEmpty` also of one that is empty. */
  readonly fallback?: string | undefined;
  readonly countsEmpty?: boolean;
  /** What to say of one that is not set. */
  readonly complaint?: string | undefined;
}

/** What stands for a fact of the project. */
export interface FactPiece {
  readonly fact: ProjectFact;
}

const PROJECT_FACTS = ["project.dir", "project.id"] as const;
export type ProjectFact = (typeof PROJECT_FACTS)[number];

export type TemplatePiece = string | VariablePiece | FactPiece | PortReference;

/** What is wrong with a text that has `${…}` in it. */
export class TemplateError extends Error {
  /** `variable` is the one that is missing. */
  constructor(message: string, readonly hint?: string, readonly variable?: string) {
    super(message);
  }
}

const VARIABLE = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?])([^]*))?$/;
const PORT = /^(?:jobs\.(.+)\.)?ports\.([^.]+)$/;
/** `$$`, `${…}`, the beginning of one that does not end, `$NAME`. */
const MARKS = /\$\$|\$\{([^}]*)\}|\$\{|\$([A-Za-z_]\w*)/g;

/** Takes a text with `${…}` apart; `$$` is a dollar. @throws TemplateError */
export function parseTemplate(text: string): TemplatePiece[] {
  const pieces: TemplatePiece[] = [];
  let end = 0;
  for (const { 0: mark, 1: inner, 2: bare, index } of text.matchAll(MARKS)) {
    if (index > end) pieces.push(text.slice(end, index));
    end = index + mark.length;
    if (mark === "$$") pieces.push("$");
    else if (inner !== undefined) pieces.push(parsePiece(inner));
    else if (bare === undefined) throw new TemplateError("`${` without `}`", "$${ is the text");
    else {throw new TemplateError(
        `\`$${bare}\` is not expanded`,
        `write \${${bare}}, or $$${bare} for the text`,
      );}
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

function parsePiece(inner: string): TemplatePiece {
  const [, job, port] = PORT.exec(inner) ?? [];
  if (port !== undefined) return job === undefined ? { port } : { job, port };
  const fact = PROJECT_FACTS.find((each) => each === inner);
  if (fact) return { fact };
  const [, variable, operator, word = ""] = VARIABLE.exec(inner) ?? [];
  if (variable === undefined) throw unknownPiece(inner);
  if (word.includes("${")) throw new TemplateError("`${…}` cannot stand in another one");
  const countsEmpty = operator?.startsWith(":") ?? false;
  if (operator?.endsWith("-")) return { variable, countsEmpty, fallback: word };
  return { variable, countsEmpty, complaint: operator === undefined ? undefined : word };
}

function unknownPiece(inner: string): TemplateError {
  if (inner.includes("${")) return new TemplateError("`${…}` cannot stand in another one");
  const near = findNearest(inner, [...PROJECT_FACTS, "ports"]);
  return new TemplateError(
    `\`\${${inner.slice(0, 60)}}\` means nothing`,
    near
      ? `did you mean \${${near}}?`
      : "write ${NAME}, ${NAME:-text}, ${NAME:?message}, ${ports.NAME}",
  );
}

/** Around a port within text that is still to be checked: no text of a project file has it. */
const MARK = "\0";

/** A port within text: see {@linkcode toLateText}. */
export function markPort({ job, port }: PortReference): string {
  return `${MARK}${job === undefined ? "" : `jobs.${job}.`}ports.${port}${MARK}`;
}

/** Text as the daemon fills it in when the job starts: what only looks like a port there is written with `$${`. */
export function toLateText(text: string): string {
  const plain = text.replace(REFERENCE, "$$$&");
  return plain.replace(/\0([^\0]*)\0/g, "${$1}");
}

/** Text with marked ports as if each were this one, for looking at its form. */
export function withAnyPort(text: string): string {
  return text.replace(/\0[^\0]*\0/g, "1");
}

const REFERENCE = /\$\{(?:jobs\.([^{}]+)\.)?ports\.([^{}.]+)\}/g;

/** The ports in a text of the shell, which has no variables of such names. */
export function findPorts(text: string): PortReference[] {
  return [...text.matchAll(REFERENCE)].filter(({ index }) => text[index - 1] !== "$")
    .map(([, job, port]) => job === undefined ? { port: port! } : { job, port: port! });
}
