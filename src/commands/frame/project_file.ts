import { AppError } from "../../base/app_error.ts";
import type { LoadedProject } from "../../project/load_project.ts";
import type { CommandContext } from "./command.ts";
import type { ParsedArgs } from "./parse_args.ts";
import type { LoadedProcfile } from "./procfile_project.ts";

/** Whoever has more than this to correct looks at the file anyway. */
const MOST_TOLD = 200;

/**
 * The project file that a command is about: the one that is named, else that of the project around us, else its Procfile.
 * @throws AppError `project.none`, `usage.*`
 */
export async function loadProjectFile(
  ctx: CommandContext,
  args: Pick<ParsedArgs, "operands">,
  verb: string,
): Promise<LoadedProject | LoadedProcfile> {
  const { isProjectFileName, loadProject } = await import("../../project/load_project.ts");
  const path = givenProjectFile(ctx, args, verb) ?? ctx.project.file ??
    ctx.project.agreedFile;
  const nameOf = (each: string) => fromHere(each, ctx.cwd());
  if (path === undefined) return await loadOther(ctx, verb, nameOf);
  if (!isProjectFileName(path)) {
    throw new AppError("usage.bad_file", `Not a project file: ${JSON.stringify(path)}`, {
      hint: "Its name ends in .yaml, .yml, .toml, .json or .jsonc",
    });
  }
  return await loadProject(path, {
    env: ctx.env,
    projectId: ctx.daemonId,
    nameOf,
  });
}

/** @throws AppError `usage.unexpected_word` */
function givenProjectFile(
  ctx: CommandContext,
  args: Pick<ParsedArgs, "operands">,
  verb: string,
): string | undefined {
  const [given, extra] = args.operands;
  if (extra !== undefined) {
    throw new AppError("usage.unexpected_word", `imp ${verb} takes one file, not also "${extra}"`);
  }
  return given === undefined || given.startsWith("/") ? given : `${ctx.cwd()}/${given}`;
}

/** Where there is no project file, a Procfile counts. @throws AppError `project.none` */
async function loadOther(
  ctx: CommandContext,
  verb: string,
  nameOf: (path: string) => string,
): Promise<LoadedProcfile> {
  const [distrusted] = ctx.project.distrusted ?? [];
  if (distrusted !== undefined) throw untrustedError(distrusted);
  const { findProcfile, loadProcfile } = await import("./procfile_project.ts");
  const procfile = await findProcfile(ctx);
  if (procfile?.distrusted !== undefined) {
    throw new AppError("project.none", `${procfile.path} does not count: ${procfile.distrusted}`, {
      hint: "It must be yours or root's, and nobody else may be able to change it",
    });
  }
  if (procfile !== undefined) return await loadProcfile(ctx, procfile, nameOf);
  const { describeFirstStep } = await import("./first_step.ts");
  throw new AppError("project.none", "There is no project file here or above", {
    hint: await describeFirstStep(ctx, verb),
  });
}

/** What is said of a project file that nobody said yes to. */
function untrustedError(
  { path, why }: { readonly path: string; readonly why: string },
): AppError {
  return new AppError("project.untrusted", `Not without your yes: ${path}: ${why}`, {
    hint: "Look at what it runs, and say yes to it: imp trust",
  });
}

/** A path as it is typed from a directory, where it is below. */
export function fromHere(path: string, dir: string): string {
  return path.startsWith(`${dir}/`) ? path.slice(dir.length + 1) : path;
}

/** What is wrong with a file, a line each, as compilers say it. */
export async function describeTroubles({ troubles }: LoadedProject): Promise<string[]> {
  const { formatTrouble } = await import("../../project/trouble.ts");
  const told = troubles.slice(0, MOST_TOLD).map(formatTrouble);
  const more = troubles.length - told.length;
  return more === 0 ? told : [...told, `and ${more} more`];
}
