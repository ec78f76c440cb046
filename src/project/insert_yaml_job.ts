import {
  Document,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from "yaml";
import type { DeclaredJob } from "./declare_job.ts";
import { insertInBraces } from "./insert_in_braces.ts";

/** Tables of a job that are written on one line. */
const ON_ONE_LINE = ["ports", "ready", "health", "stop", "watch", "schedule"];

/**
 * A text of YAML with a job in it; undefined where it has no place for one. Only the job is written: to write all of it
 * anew would fold lines, and move remarks.
 */
export function insertYamlJob(
  text: string,
  job: DeclaredJob,
  lineEnd: string,
): string | undefined {
  const root = parseDocument(text, { lineCounter: new LineCounter() }).contents;
  const write = (column: number, step: number) => writeJob(job, { column, step, lineEnd });
  if (root !== null && !isMap(root)) return undefined;
  const jobs = root?.items.find(({ key }) => nameOf(key) === "jobs");
  if (root === null || jobs === undefined) {
    if (root?.flow) return undefined;
    const column = columnOf(text, root?.items[0]);
    const step = column === 0 ? 2 : column;
    const head = `${" ".repeat(column)}jobs:${lineEnd}`;
    return appendLines(text, head + write(column + step, step), lineEnd);
  }
  const outer = columnOf(text, jobs);
  const { value } = jobs;
  if (isMap(value) && value.items.length > 0) {
    const own = value.items.find(({ key }) => nameOf(key) === job.name);
    if (value.flow) return own ? undefined : insertInFlow(text, value, { job, lineEnd });
    const column = columnOf(text, value.items[0]);
    const step = stepOf(text, value) ?? (column - outer || 2);
    return own
      ? replaceLines(text, own, write(column, step))
      : insertBehind(text, value.items, write(column, step), lineEnd);
  }
  const isNothing = value === null || (isScalar(value) && value.value === null);
  if (!isNothing && !isMap(value)) return undefined;
  // `jobs: {}`: the braces go, and what is remarked behind them stays.
  const [from, to] = isMap(value) ? value.range! : [0, 0];
  const opened = isMap(value) ? text.slice(0, from).replace(/[ \t]+$/, "") + text.slice(to) : text;
  const at = isMap(value) ? opened.length - (text.length - to) : endOfKey(text, jobs);
  return insertLine(opened, at, write(outer + 2, 2), lineEnd);
}

interface Layout {
  /** Where the name of the job begins. */
  readonly column: number;
  readonly step: number;
  readonly lineEnd: string;
}

/** The lines of a job, the last one with its end. */
function writeJob(
  { name, table, secrets }: DeclaredJob,
  { column, step, lineEnd }: Layout,
): string {
  const document = new Document({ [name]: table });
  for (const key of ON_ONE_LINE) {
    const node = document.getIn([name, key], true);
    if (isCollection(node)) node.flow = true;
  }
  const command = document.getIn([name, "command"], true);
  if (isCollection(command)) command.flow = true;
  for (const secret of secrets) {
    const node = document.getIn([name, "env", secret], true);
    if (isScalar(node)) node.comment = " looks like a secret: set it where you call imp";
  }
  visit(document, {
    Scalar(_, node) {
      // As lines of their own, these would be taken for what is around them, or lose blanks that nobody sees.
      if (/^[\s]|\n\s*\n$|\r|[^\S\n](\n|$)/.test(String(node.value))) node.type = "QUOTE_DOUBLE";
    },
  });
  return document.toString({ indent: Math.max(step, 1), lineWidth: 0 }).trimEnd().split("\n")
    .map((line) => line === "" ? line : " ".repeat(column) + line)
    .join(lineEnd) + lineEnd;
}

function nameOf(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

function offsetOf(key: unknown): number {
  return isScalar(key) ? key.range![0] : 0;
}

/** How far a key is indented. */
function columnOf(text: string, pair: Pair | undefined): number {
  const offset = offsetOf(pair?.key);
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

/** How far the keys of jobs are indented in them. */
function stepOf(text: string, jobs: YAMLMap): number | undefined {
  for (const pair of jobs.items) {
    if (!isMap(pair.value) || pair.value.flow || pair.value.items.length === 0) continue;
    return columnOf(text, pair.value.items[0]) - columnOf(text, pair);
  }
}

/** Behind the value of a pair, and what is on its last line. */
function endOfPair(text: string, { key, value }: Pair): number {
  const node = (value ?? key) as { range?: [number, number, number] | null };
  const end = Math.max(node.range?.[1] ?? 0, endOfScalar(key));
  if (text[end - 1] === "\n") return end;
  const line = text.indexOf("\n", end);
  return line < 0 ? text.length : line + 1;
}

function endOfScalar(key: unknown): number {
  return isScalar(key) ? key.range![1] : 0;
}

function endOfKey(text: string, { key }: Pair): number {
  return text.indexOf(":", endOfScalar(key));
}

function insertBehind(
  text: string,
  items: readonly Pair[],
  lines: string,
  lineEnd: string,
): string {
  const end = endOfPair(text, items.at(-1)!);
  const before = text.slice(0, offsetOf(items.at(-1)!.key));
  const isAiry = items.length === 1 || /\n[ \t]*\r?\n[^\S\n]*(#[^\n]*\n[^\S\n]*)*$/.test(before);
  const head = text.slice(0, end);
  const gap = head.endsWith("\n") ? "" : lineEnd;
  return head + gap + (isAiry ? lineEnd : "") + lines + text.slice(end);
}

/** Behind the line that an offset is on. */
function insertLine(text: string, at: number, lines: string, lineEnd: string): string {
  const end = text.indexOf("\n", at);
  if (end < 0) return `${text}${lineEnd}${lines}`;
  return text.slice(0, end + 1) + lines + text.slice(end + 1);
}

function replaceLines(text: string, pair: Pair, lines: string): string {
  const start = text.lastIndexOf("\n", offsetOf(pair.key) - 1) + 1;
  return text.slice(0, start) + lines + text.slice(endOfPair(text, pair));
}

function appendLines(text: string, lines: string, lineEnd: string): string {
  if (text.trim() === "") return text + lines;
  const gap = text.endsWith("\n") ? lineEnd : lineEnd + lineEnd;
  return text + gap + lines;
}

/** JSON is YAML, too. */
function insertInFlow(
  text: string,
  jobs: YAMLMap,
  { job: { name, table }, lineEnd }: { job: DeclaredJob; lineEnd: string },
): string {
  const [open, end] = jobs.range!;
  const { key, value } = jobs.items.at(-1)!;
  const node = (value ?? key) as { range: [number, number, number] };
  const behind = /^\s*,/.exec(text.slice(node.range[1]))?.[0].length ?? 0;
  const member = `${JSON.stringify(name)}: ${JSON.stringify(table)}`;
  return insertInBraces(text, { open, close: end - 1, last: node.range[1] + behind }, {
    lineEnd,
    inline: member,
    write: (indent) => indent + member,
  });
}
