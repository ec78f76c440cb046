import * as posix from "@std/path/posix";
import {
  type EvaluationResult,
  VARIABLE_MARK,
  type VariableRule,
} from "../../../platform/evaluate_program.ts";
import { loadProject } from "../../load_project.ts";
import { formatTrouble } from "../../trouble.ts";
import { findSources, recognizeFile, type Source } from "../find_source.ts";
import { type ImportedProject, importProject } from "../import_project.ts";
import { IMPORTERS } from "../importers.ts";
import type { SourceFiles } from "../source_files.ts";

/** Files by their names, which lie in a directory of their own. */
export type Files = Readonly<Record<string, string>>;

const DIR = "/shop";

/** A directory that is none. */
export function filesOf(files: Files): SourceFiles {
  return {
    dir: DIR,
    read: (path) => Object.hasOwn(files, path) ? files[path] : undefined,
    list: (path) =>
      Object.keys(files).filter((name) => posix.dirname(name) === path).map((name) =>
        posix.basename(name)
      ).sort(),
  };
}

/** The best source among files. */
export async function sourceOf(files: Files): Promise<Source | undefined> {
  return (await findSources(filesOf(files), IMPORTERS, (path) => path.slice(DIR.length + 1)))[0];
}

/** What files come to: the best of them, or the one that is named. */
export async function importOf(
  files: Files,
  { file, env = {}, profile, scripts }: {
    file?: string;
    env?: Files;
    profile?: string;
    scripts?: readonly string[];
  } = {},
): Promise<ImportedProject> {
  const source = file === undefined ? await sourceOf(files) : await pointedAt(files, file);
  return await importProject(source!, {
    files: filesOf(files),
    env: (name) => env[name],
    evaluate: (path, variables) => evaluateHere(files, path.slice(DIR.length + 1), variables),
    profile,
    scripts,
    head: [],
  });
}

/**
 * What imp check says of a text, but for what cannot be known of a directory that is none; with these variables, or with
 * each that it asks for being this.
 */
export async function faultsOf(yaml: string, env: Files | string = {}): Promise<string[]> {
  const { troubles } = await loadProject(`${DIR}/imp.yaml`, {
    env: (name) => typeof env === "string" ? env : env[name],
    projectId: "shop-1a2b3c4d",
    nameOf: (path) => path.slice(DIR.length + 1),
    draft: yaml,
  });
  return troubles.map(formatTrouble).filter((line) => !/there is no (directory|file)/.test(line));
}

async function pointedAt(files: Files, name: string): Promise<Source | undefined> {
  const file = { path: `${DIR}/${name}`, name, text: files[name]! };
  const importer = await recognizeFile(file, IMPORTERS);
  return importer && { importer, files: [file] };
}

/** As platform/evaluate_program.ts does it in another process, for modules that may be trusted. */
function evaluateHere(
  files: Files,
  name: string,
  variables: VariableRule,
): Promise<EvaluationResult> {
  const read = new Set<string>();
  const lost: { path: string[]; what: string }[] = [];
  const env = new Proxy<Record<string, string | undefined>>({}, {
    get(_, key) {
      read.add(String(key));
      return variables === "marked" ? `${VARIABLE_MARK}${String(key)}${VARIABLE_MARK}` : undefined;
    },
  });
  const requireHere = (id: string): unknown => {
    if (id === "path") return posix;
    const path = posix.normalize(`${DIR}/${id}`).slice(DIR.length + 1);
    return run(files[path] ?? files[`${path}.js`] ?? files[`${path}.json`]!);
  };
  const run = (text: string): unknown => {
    if (text.trimStart().startsWith("{")) return JSON.parse(text);
    const module = { exports: {} };
    const code = text.replace(/^export default/m, "module.exports =");
    new Function("module", "require", "process", "__dirname", code)(
      ...[module, requireHere, { env, cwd: () => DIR }, DIR],
    );
    return module.exports;
  };
  try {
    const data = JSON.parse(JSON.stringify(run(files[name]!), (key, value) => {
      if (typeof value !== "function") return value;
      lost.push({ path: [key], what: "a function" });
    }));
    return Promise.resolve({ data, lost, read: [...read], set: [] });
  } catch (error) {
    return Promise.resolve({ why: `it is a program that fails: ${error}` });
  }
}
