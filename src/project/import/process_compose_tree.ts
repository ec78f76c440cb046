import { dirname, join } from "@std/path/posix";
import { isTable, type PlainTable } from "../../config/plain_table.ts";
import { parseTree } from "../parse_tree.ts";
import type { ProjectTree, TreePath } from "../project_tree.ts";
import type { ImportInput } from "./importer.ts";
import { markVariables } from "./mark_variables.ts";
import { fillTemplate } from "./process_compose_template.ts";
import { mergeTables } from "./merge_tables.ts";
import { readOtherTree } from "./read_other_tree.ts";
import { fromDir } from "./relative_path.ts";

/** More than one file extends another in such a row. */
const MOST_FILES = 20;

/**
 * All that a file of process-compose says: with those that it extends below it, and its override over it; processes with
 * what they extend. Variables are marked, and templates filled in.
 */
export async function readProcessComposeTree(input: ImportInput): Promise<ProjectTree> {
  const { file, files } = input;
  let tree = withTables(await parseTree(file));
  let path = file.path;
  for (let count = 0; count < MOST_FILES; count++) {
    const wanted = tree.data.extends;
    if (typeof wanted !== "string") break;
    path = join(dirname(path), wanted);
    const base = await readOther(path, input);
    if (base === undefined) break;
    const { extends: _, ...data } = tree.data;
    tree = inDirectory(base, fromDir(dirname(path), files.dir)).mergedWith(tree.withData(data));
  }
  const over = /^process-compose\.ya?ml$/.test(file.name) ? await readOverride(input) : undefined;
  if (over) tree = tree.mergedWith(over);
  return filledIn(tree.withData(withExtended(tree.data)), input);
}

async function readOverride(input: ImportInput): Promise<ProjectTree | undefined> {
  const names = ["process-compose.override.yml", "process-compose.override.yaml"];
  const name = names.find((each) => input.files.read(each) !== undefined);
  return name === undefined ? undefined : await readOther(join(input.files.dir, name), input);
}

async function readOther(path: string, input: ImportInput): Promise<ProjectTree | undefined> {
  const tree = await readOtherTree(path, input);
  return tree && withTables(tree);
}

/** Environments as tables, which are laid over one another by their names. */
function withTables(tree: ProjectTree): ProjectTree {
  const processes = mapTables(tree.data.processes, (process) => toTableOf(process));
  return tree.withData(toTableOf({ ...tree.data, ...processes && { processes } }));
}

function toTableOf(table: PlainTable): PlainTable {
  const { environment } = table;
  if (!Array.isArray(environment) || !environment.every(isAssignment)) return table;
  const pairs = environment.map((each: string) => {
    const at = each.indexOf("=");
    return [each.slice(0, at), each.slice(at + 1)];
  });
  return { ...table, environment: Object.fromEntries(pairs) };
}

function isAssignment(value: unknown): boolean {
  return typeof value === "string" && /^[^=]+=/.test(value) && !value.startsWith("__proto__=");
}

/** Processes of a file that is extended run in its directory. */
function inDirectory(tree: ProjectTree, dir: string): ProjectTree {
  const processes = mapTables(tree.data.processes, (process) => {
    const { working_dir: given } = process;
    const working_dir = typeof given === "string"
      ? (given.startsWith("/") ? given : join(dir, given))
      : dir;
    return working_dir === "." ? process : { ...process, working_dir };
  });
  return tree.withData({ ...tree.data, ...processes && { processes } });
}

/** Each process over the one that it extends. */
function withExtended(data: PlainTable): PlainTable {
  const { processes } = data;
  if (!isTable(processes)) return data;
  const resolve = (name: string, open: readonly string[]): unknown => {
    const process = processes[name];
    if (!isTable(process) || typeof process.extends !== "string") return process;
    const base = open.includes(process.extends) || !Object.hasOwn(processes, process.extends)
      ? undefined
      : resolve(process.extends, [...open, process.extends]);
    // What cannot be extended stays, and is told with all that nobody knows.
    if (!isTable(base)) return process;
    const { extends: _, ...own } = process;
    return mergeTables(base, own);
  };
  const resolved = Object.keys(processes).map((name) => [name, resolve(name, [name])]);
  return { ...data, processes: Object.fromEntries(resolved) };
}

function mapTables(
  value: unknown,
  change: (table: PlainTable) => PlainTable,
): PlainTable | undefined {
  if (!isTable(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, isTable(each) ? change(each) : each]),
  );
}

function filledIn(tree: ProjectTree, { losses }: ImportInput): ProjectTree {
  const { disable_env_expansion, vars } = tree.data;
  const tell = (path: TreePath, why: string) => {
    const { file, line } = tree.spotOf(path);
    losses.add({ file, line, key: path.join("."), why });
  };
  const isFilled = disable_env_expansion !== true;
  return tree.withTexts((text, path) => {
    const onStrange = (written: string) => tell(path, `${written} has no form here`);
    const marked = !isFilled
      ? text
      : isShell(path)
      ? text.replaceAll("$$", "$")
      : markVariables(text, onStrange);
    if (!isTemplate(tree, path)) return marked;
    const own = tree.valueAt([...path.slice(0, 2), "vars"]);
    return fillTemplate(marked, { vars: [vars, own], onStrange });
  });
}

const TEMPLATES = [
  ...["command", "working_dir", "log_location", "description", "environment"],
  ...["readiness_probe", "liveness_probe"],
];

/** Whether a text is a template of Go. */
function isTemplate(tree: ProjectTree, path: TreePath): boolean {
  const [top, name = "", key] = path;
  if (top !== "processes" || !TEMPLATES.includes(String(key))) return false;
  return key !== "command" || tree.valueAt([top, name, "is_template_disabled"]) !== true;
}

/** What a shell fills in itself. */
function isShell(path: TreePath): boolean {
  return path[0] === "processes" && path.at(-1) === "command";
}
