import type { LoadedProject } from "../../project/load_project.ts";
import type { CommandContext } from "./command.ts";

/** A Procfile in the place of a project file. */
export interface FoundProcfile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  /** Why it does not count: others decide what is in it. */
  readonly distrusted: string | undefined;
}

/** A project that was read from a Procfile. */
export type LoadedProcfile = LoadedProject & {
  /** How much of it, and of what lies beside it, is not carried over. */
  readonly lossCount: number;
};

/** The Procfile nearest to us within the project, which counts where there is no project file. */
export async function findProcfile(ctx: CommandContext): Promise<FoundProcfile | undefined> {
  const { procfile } = await import("../../project/import/procfile.ts");
  const { findSources } = await import("../../project/import/find_source.ts");
  const { openSourceFiles } = await import("../../project/import/source_files.ts");
  const { whyFileDistrusted } = await import("../../platform/daemon_id.ts");
  for (const dir of directoriesOf(ctx)) {
    const [source] = await findSources(openSourceFiles(dir), [procfile], (path) => path);
    if (source === undefined) continue;
    const [{ path, text }] = source.files;
    return { path, text, distrusted: whyFileDistrusted(path) };
  }
}

/** From here up to the directory of the project. */
function directoriesOf({ cwd, project }: CommandContext): string[] {
  const dirs = [cwd()];
  while (dirs.at(-1)!.startsWith(`${project.dir}/`)) {
    dirs.push(dirs.at(-1)!.slice(0, dirs.at(-1)!.lastIndexOf("/")));
  }
  return dirs;
}

/** What a Procfile declares, as `imp import` would write it. */
export async function loadProcfile(
  ctx: CommandContext,
  { path, text }: Pick<FoundProcfile, "path" | "text">,
  nameOf: (path: string) => string,
): Promise<LoadedProcfile> {
  const { loadProject } = await import("../../project/load_project.ts");
  const { importProject } = await import("../../project/import/import_project.ts");
  const { openSourceFiles } = await import("../../project/import/source_files.ts");
  const { procfile } = await import("../../project/import/procfile.ts");
  const name = nameOf(path);
  const { yaml, lossCount } = await importProject(
    { importer: procfile, files: [{ path, name, text }] },
    {
      files: openSourceFiles(path.slice(0, path.lastIndexOf("/")) || "/"),
      env: ctx.env,
      evaluate: () => Promise.resolve({ why: "it is no program" }),
      head: [],
    },
  );
  const options = { env: ctx.env, projectId: ctx.daemonId, nameOf, draft: yaml };
  const loaded = await loadProject(path, options);
  if ("plan" in loaded) {
    // The draft is made of it.
    loaded.reads.set(path, new TextEncoder().encode(text));
    return { ...loaded, lossCount };
  }
  const [first, ...others] = loaded.troubles.map((trouble) => ({
    ...trouble,
    ...placeIn(text, trouble.path),
  }));
  return { ...loaded, troubles: [first!, ...others], lossCount };
}

/** Where a process is declared that something is said about; the draft, in which it stands elsewhere, nobody has seen. */
function placeIn(text: string, path: string): { line: number; column: number } {
  const [, name] = /^jobs\.([\w-]+)/.exec(path) ?? [];
  const line = text.split("\n").findIndex((each) => each.startsWith(`${name}:`));
  return { line: line + 1 || 1, column: 1 };
}
