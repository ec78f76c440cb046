import { AppError } from "../../base/app_error.ts";
import { TextError } from "../../config/parse_text.ts";
import { targetKindOf } from "../../platform/read_regular_file.ts";
import { findSources, recognizeFile, type Source } from "../../project/import/find_source.ts";
import type { Importer } from "../../project/import/importer.ts";
import { IMPORTERS } from "../../project/import/importers.ts";
import {
  openSourceFiles,
  readSourceText,
  type SourceFile,
  type SourceFiles,
} from "../../project/import/source_files.ts";
import type { CommandContext } from "../frame/command.ts";
import type { ParsedArgs } from "../frame/parse_args.ts";
import { fromHere } from "../frame/project_file.ts";
import { writeNote } from "../frame/write.ts";

/** What is imported, and what lies around it. */
export interface ChosenSource {
  readonly source: Source;
  readonly files: SourceFiles;
}

/**
 * What `imp import` is about: the file that is named, else the best in the directory.
 * @throws AppError `usage.*`, `import.none`, `import.unknown_kind`, `import.unreadable`
 */
export async function chooseSource(ctx: CommandContext, args: ParsedArgs): Promise<ChosenSource> {
  const [given = ".", extra] = args.operands;
  if (extra !== undefined) {
    const message = `imp import takes one file or directory, not also ${JSON.stringify(extra)}`;
    throw new AppError("usage.unexpected_word", message);
  }
  const importers = importersOf(args.value("from"), chosenScripts(args));
  const path = given === "." ? ctx.cwd() : given.startsWith("/") ? given : `${ctx.cwd()}/${given}`;
  const isDirectory = targetKindOf(path) === "a directory";
  return isDirectory
    ? await chooseIn(ctx, path.replace(/(.)\/+$/, "$1"), importers)
    : await chooseFile(ctx, path, importers);
}

/** The names behind `--scripts`. @throws AppError `usage.bad_value` */
export function chosenScripts(args: ParsedArgs): readonly string[] | undefined {
  const given = args.value("scripts");
  if (given === undefined) return undefined;
  const names = given.split(",").map((name) => name.trim()).filter((name) => name !== "");
  if (names.length > 0) return names;
  throw new AppError("usage.bad_value", "--scripts names none", {
    hint: "Their names, with commas between: --scripts dev,worker",
  });
}

/** @throws AppError `import.unknown_kind`, `usage.bad_value` */
function importersOf(
  kind: string | undefined,
  scripts: readonly string[] | undefined,
): readonly Importer[] {
  if (scripts !== undefined) {
    // Whoever names scripts says by that what the file is.
    const ofScripts = IMPORTERS.filter((each) =>
      each.hasScripts && (kind ?? each.kind) === each.kind
    );
    if (ofScripts.length > 0) return ofScripts.map((each) => ({ ...each, recognizes: () => true }));
    throw new AppError("usage.bad_value", `Files of ${kind} have no scripts`, {
      hint: "--scripts is for package.json and deno.json",
    });
  }
  const chosen = kind === undefined ? IMPORTERS : IMPORTERS.filter((each) => each.kind === kind);
  if (chosen.length > 0) return chosen;
  throw new AppError("import.unknown_kind", `imp cannot read ${JSON.stringify(kind)}`, {
    hint: `--from is one of ${kinds()}`,
  });
}

async function chooseIn(
  ctx: CommandContext,
  dir: string,
  importers: readonly Importer[],
): Promise<ChosenSource> {
  const files = openSourceFiles(dir);
  const [source, ...others] = await findSources(
    files,
    importers,
    (each) => fromHere(each, ctx.cwd()),
  );
  if (source === undefined) {
    throw new AppError("import.none", `There is nothing in ${dir} that imp can import`, {
      hint: `It reads files of ${kinds()}; or name one: imp import FILE`,
    });
  }
  for (const other of others) {
    const name = other.files[0].name;
    await writeNote(ctx, `there is also ${name}: imp import ${name}`);
  }
  return { source, files };
}

async function chooseFile(
  ctx: CommandContext,
  path: string,
  importers: readonly Importer[],
): Promise<ChosenSource> {
  const file: SourceFile = { path, name: fromHere(path, ctx.cwd()), text: readOrFail(path) };
  const [only, ...rest] = importers;
  const importer = rest.length === 0 ? only! : await recognizeFile(file, importers);
  if (importer === undefined) {
    throw new AppError("import.unknown_kind", `What tool is ${JSON.stringify(file.name)} of?`, {
      hint: `Say it: --from ${kinds()}`,
    });
  }
  const dir = path.slice(0, path.lastIndexOf("/")).replace(/\/\.config$/, "") || "/";
  return { source: { importer, files: [file] }, files: openSourceFiles(dir) };
}

/** @throws AppError `import.unreadable` */
function readOrFail(path: string): string {
  try {
    return readSourceText(path);
  } catch (cause) {
    if (!(cause instanceof TextError)) throw cause;
    const message = `Cannot read ${JSON.stringify(path)}: ${cause.reason}`;
    throw new AppError("import.unreadable", message, { cause });
  }
}

function kinds(): string {
  return IMPORTERS.map(({ kind }) => kind).join(", ");
}
