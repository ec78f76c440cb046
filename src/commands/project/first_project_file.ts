import { findSources } from "../../project/import/find_source.ts";
import { writeImpYaml } from "../../project/import/imp_yaml.ts";
import { IMPORTERS } from "../../project/import/importers.ts";
import { isProgram } from "../../project/import/read_program.ts";
import { openSourceFiles } from "../../project/import/source_files.ts";
import type { CommandContext } from "../frame/command.ts";
import { fromHere } from "../frame/project_file.ts";
import { writeNote } from "../frame/write.ts";
import { headOf, importSource } from "./import_source.ts";

/** The text of a first project file. */
export interface FirstProjectFile {
  readonly yaml: string;
  readonly jobs: readonly string[];
  /** The files that it was made of. */
  readonly sources: readonly string[];
  readonly lossCount: number;
}

/** What `imp init` writes: what lies in the directory, by way of `imp import`; else an example. */
export async function firstProjectFile(
  ctx: CommandContext,
  { dir, name, schema }: { dir: string; name: string; schema: string },
): Promise<FirstProjectFile> {
  const files = openSourceFiles(dir);
  const sources = await findSources(files, IMPORTERS, (path) => fromHere(path, ctx.cwd()));
  const source = sources.find(({ files: [file] }) => !isProgram(file.path));
  for (const { files: [file] } of sources.filter((each) => each !== source)) {
    await writeNote(ctx, `there is also ${file.name}: imp import ${file.name}`);
  }
  if (source === undefined) {
    const content = { project: { name }, jobs: [], losses: [] };
    const yaml = writeImpYaml({ head: headOf([], schema), ...content });
    return { yaml, jobs: [], sources: [], lossCount: 0 };
  }
  const { yaml, jobs, lossCount } = await importSource(ctx, source, {
    ...{ files, schema, name },
    // It is not to be run by who only begins: imp import says before what it does.
    mayEvaluate: false,
  });
  return { yaml, jobs, lossCount, sources: source.files.map((file) => file.name) };
}
