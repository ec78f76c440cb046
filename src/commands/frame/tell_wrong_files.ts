import { fileStamp } from "../../platform/file_stamp.ts";
import { settingsPaths } from "../../platform/paths.ts";
import { isAsChecked, readCheckedFiles } from "./checked_files.ts";
import type { CommandContext, CommandEntry } from "./command.ts";
import { writeNote } from "./write.ts";

/** Whether a command works whatever is in the project file, and so has to tell of what is wrong in it. */
export function isForWrongFiles({ nature, group }: CommandEntry): boolean {
  if (nature === "drives") return group === "Jobs" || group === "Output";
  return nature === "looks" || nature === "ends";
}

/**
 * Tells what is wrong with the project file and with the user's settings, for a command that goes on all the same. Files
 * that are as they were when they were last looked at are not read for it.
 */
export async function tellWrongFiles(ctx: CommandContext): Promise<void> {
  if (ctx.json || ctx.quiet) return;
  const files = filesOf(ctx);
  if (files.length === 0) return;
  const known = readCheckedFiles(ctx.paths);
  const { warnings } = known && isAsChecked(known, { build: ctx.build.build, files })
    ? known
    : await checkAnew(ctx, files);
  for (const warning of warnings) await writeNote(ctx, warning);
}

/** The project file that counts, and where settings of the user are, or may come. */
function filesOf({ project, env }: CommandContext): string[] {
  const file = project.file ?? project.agreedFile;
  const { user } = settingsPaths(env);
  const dir = user[0]?.slice(0, user[0].lastIndexOf("/"));
  const settings = dir !== undefined && fileStamp(dir) !== "-" ? user : [];
  return file === undefined ? [...settings] : [file, ...settings];
}

async function checkAnew(ctx: CommandContext, files: readonly string[]) {
  // It brings the parsers, and is needed once for each change.
  const { checkFiles } = await import("./check_files.ts");
  return await checkFiles(ctx, files);
}
