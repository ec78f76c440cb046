/** What the architecture rules need to know of a source file, read off its syntax tree. */
import { exportsOf, namesOfCall, namesOfSpecifiers } from "./module_names.ts";
import { createEntryVisitor, type EntryFacts } from "./entry_facts.ts";

/** An import or re-export: of types only, there from the start, or when asked for. */
export interface ImportFact {
  readonly specifier: string;
  readonly kind: "type" | "static" | "dynamic";
  /** What is taken from there; `*` for all of it. */
  readonly names: readonly string[];
  readonly line: number;
}

/** What a file offers to others under a name: a value and a type of the same name are one. */
export interface ExportFact {
  readonly name: string;
  /** It is a type and nothing else. */
  readonly isType: boolean;
  readonly line: number;
}

/** A global that the file names, as `Deno`, or with what is taken from it, as `Deno.exit`. */
export interface GlobalFact {
  readonly name: string;
  readonly line: number;
}

/** A function, method or arrow function from its first to its last line. */
export interface FunctionFact {
  readonly line: number;
  readonly lines: number;
}

/** A parsed source file; `path` is relative to the root of the repository, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly ImportFact[];
  readonly exports: readonly ExportFact[];
  readonly globals: readonly GlobalFact[];
  readonly functions: readonly FunctionFact[];
  readonly entries: EntryFacts;
}

/** The globals that some rule is about. */
const WATCHED = new Set([
  "AbortSignal",
  "Atomics",
  "Date",
  "Deno",
  "console",
  "performance",
  "setInterval",
  "setTimeout",
]);

/** Parses `text` as the file at `path`. Works inside `deno test` only: the parser is that of Deno's linter. */
export function parseSource(path: string, text: string): SourceFile {
  const facts: Facts = { imports: [], exports: [], globals: [], functions: [] };
  const entries: EntryFacts = { unguarded: [], looseCalls: [], namedFunctions: [], guards: [] };
  const lineOf = createLineFinder(text);
  const plugin: Deno.lint.Plugin = {
    name: "facts",
    rules: {
      collect: { create: () => createVisitor(facts, lineOf) },
      entries: { create: () => createEntryVisitor(entries, lineOf, text) },
    },
  };
  Deno.lint.runPlugin(plugin, path, text);
  return { path, text, ...facts, entries };
}

/** Every `.ts` and `.tsx` file under `directories` and at `files`, parsed. */
export function readSources(root: URL, directories: string[], files: string[] = []): SourceFile[] {
  const paths = [...files, ...directories.flatMap((directory) => listSources(root, directory))];
  return paths.map((path) => parseSource(path, Deno.readTextFileSync(new URL(path, root))));
}

interface Facts {
  imports: ImportFact[];
  exports: ExportFact[];
  globals: GlobalFact[];
  functions: FunctionFact[];
}

type LineFinder = (offset: number) => number;

function createVisitor(facts: Facts, lineOf: LineFinder): Deno.lint.LintVisitor {
  const addImport = (kind: ImportFact["kind"], names: readonly string[], node: NodeWithSource) => {
    const specifier = node.source && "value" in node.source ? node.source.value : undefined;
    if (typeof specifier !== "string") return;
    const isType = node.importKind === "type" || node.exportKind === "type";
    const line = lineOf(node.range[0]);
    facts.imports.push({ specifier, kind: isType ? "type" : kind, names, line });
  };
  const addFunction = (node: { range: [number, number] }) => {
    const [line, last] = [lineOf(node.range[0]), lineOf(node.range[1] - 1)];
    facts.functions.push({ line, lines: last - line + 1 });
  };
  return {
    ImportDeclaration: (node) => addImport("static", namesOfSpecifiers(node), node),
    ExportNamedDeclaration(node) {
      addImport("static", namesOfSpecifiers(node), node);
      for (const { name, isType } of exportsOf(node)) {
        facts.exports.push({ name, isType, line: lineOf(node.range[0]) });
      }
    },
    ExportAllDeclaration: (node) => addImport("static", ["*"], node),
    ImportExpression: (node) => addImport("dynamic", namesOfCall(node), node),
    TSImportType({ argument, qualifier, range }) {
      const source = argument.type === "TSLiteralType" ? argument.literal : undefined;
      const names = qualifier?.type === "Identifier" ? [qualifier.name] : ["*"];
      addImport("type", names, { source, range });
    },
    FunctionDeclaration: addFunction,
    FunctionExpression: addFunction,
    ArrowFunctionExpression: addFunction,
    Identifier(node) {
      const name = toGlobalName(node);
      if (name) facts.globals.push({ name, line: lineOf(node.range[0]) });
    },
  };
}

interface NodeWithSource {
  readonly source?: Deno.lint.Expression | Deno.lint.TypeNode | null;
  readonly importKind?: "type" | "value";
  readonly exportKind?: "type" | "value";
  readonly range: [number, number];
}

/** `Deno.exit` for the `Deno` in it, `new Date` and `Date` for a date without arguments; undefined for the rest. */
function toGlobalName(node: Deno.lint.Identifier): string | undefined {
  const parent = node.parent as Deno.lint.Node;
  if (!WATCHED.has(node.name)) return undefined;
  if (parent.type === "MemberExpression") {
    if (parent.object === node) {
      return parent.property.type === "Identifier"
        ? `${node.name}.${parent.property.name}`
        : node.name;
    }
    const owner = parent.object.type === "Identifier" ? parent.object.name : undefined;
    return parent.computed || owner === "globalThis" || owner === "self" ? node.name : undefined;
  }
  if (parent.type === "Property" && parent.key === node) return undefined;
  if (parent.type === "NewExpression" && parent.arguments.length > 0) return undefined;
  return parent.type === "NewExpression" ? `new ${node.name}` : node.name;
}

function createLineFinder(text: string): LineFinder {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    const next = starts.findIndex((start) => start > offset);
    return next < 0 ? starts.length : next;
  };
}

function listSources(root: URL, directory: string): string[] {
  return [...Deno.readDirSync(new URL(directory, root))].flatMap((entry) => {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) return listSources(root, path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  }).sort();
}
