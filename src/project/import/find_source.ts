import type { Importer } from "./importer.ts";
import type { SourceFile, SourceFiles } from "./source_files.ts";

/** The files of a tool, and who reads them. */
export interface Source {
  readonly importer: Importer;
  readonly files: readonly [SourceFile, ...SourceFile[]];
}

/** What the files in a directory are, one of each tool, best first. `nameOf` says what a file is called. */
export async function findSources(
  files: SourceFiles,
  importers: readonly Importer[],
  nameOf: (path: string) => string,
): Promise<Source[]> {
  const sources: Source[] = [];
  for (const importer of importers) {
    const found: SourceFile[] = [];
    for (const path of importer.names.flatMap((pattern) => matching(files, pattern))) {
      const text = files.read(path);
      const full = `${files.dir === "/" ? "" : files.dir}/${path}`;
      const file = text === undefined ? undefined : { path: full, name: nameOf(full), text };
      if (file && await importer.recognizes(file)) found.push(file);
      if (found.length > 0 && !importer.readsAll) break;
    }
    const [first, ...others] = found;
    if (first !== undefined) sources.push({ importer, files: [first, ...others] });
  }
  return sources;
}

/** Whose a file is that somebody points at: by its name, else by what is in it. */
export async function recognizeFile(
  file: SourceFile,
  importers: readonly Importer[],
): Promise<Importer | undefined> {
  const named = importers.filter(({ names }) => names.some((name) => isCalled(file.path, name)));
  const others = importers.filter((each) => !named.includes(each));
  return await firstThatKnows(file, named) ?? named[0] ?? await firstThatKnows(file, others);
}

async function firstThatKnows(
  file: SourceFile,
  importers: readonly Importer[],
): Promise<Importer | undefined> {
  for (const each of importers) if (await each.recognizes(file)) return each;
}

function matching(files: SourceFiles, pattern: string | RegExp): readonly string[] {
  if (typeof pattern === "string") return [pattern];
  return files.list(".").filter((name) => pattern.test(name));
}

function isCalled(path: string, pattern: string | RegExp): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return typeof pattern === "string" ? `/${path}`.endsWith(`/${pattern}`) : pattern.test(name);
}
