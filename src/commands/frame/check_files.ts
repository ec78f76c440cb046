import { dirname, join } from "@std/path/posix";
import { messageOf } from "../../base/app_error.ts";
import { readSettings } from "../../config/load_settings.ts";
import { writeFileAtomic } from "../../platform/atomic_write.ts";
import { fileStamp } from "../../platform/file_stamp.ts";
import { PROJECT_FILE_NAMES, settingsPaths } from "../../platform/paths.ts";
import { loadProject } from "../../project/load_project.ts";
import { formatTrouble } from "../../project/trouble.ts";
import { type CheckedFiles, checkedFilesPath, formatCheckedFiles } from "./checked_files.ts";
import type { CommandContext } from "./command.ts";
import { fromHere } from "./project_file.ts";

/** Reads these files, says what is wrong with them, and keeps it for the next call. */
export async function checkFiles(
  ctx: CommandContext,
  files: readonly string[],
): Promise<CheckedFiles> {
  const stamps = new Map(files.map((path) => [path, fileStamp(path)]));
  const warnings: string[] = [];
  const file = ctx.project.file ?? ctx.project.agreedFile;
  if (file !== undefined) {
    for (const name of PROJECT_FILE_NAMES) look(stamps, join(dirname(file), name));
    const { warning, reads } = await checkProject(ctx, file);
    reads.forEach((path) => look(stamps, path));
    if (warning !== undefined) warnings.push(warning);
  }
  const { problems } = await readSettings(settingsPaths(ctx.env));
  warnings.push(...problems.map(({ message }) => message));
  const checked = {
    build: ctx.build.build,
    stamps,
    warnings: warnings.map((text) => text.replace(/\s+/g, " ")),
  };
  keep(ctx, checked);
  return checked;
}

function look(stamps: Map<string, string>, path: string): void {
  if (!stamps.has(path)) stamps.set(path, fileStamp(path));
}

/** What is wrong whoever asks: that a variable is not set here keeps nobody from anything but `up`. */
async function checkProject(
  ctx: CommandContext,
  file: string,
): Promise<{ readonly warning?: string; readonly reads: readonly string[] }> {
  try {
    const nameOf = (path: string) => fromHere(path, dirname(file));
    const loaded = await loadProject(file, { env: ctx.env, projectId: ctx.daemonId, nameOf });
    const [first, ...others] = loaded.troubles.filter(({ variable }) => variable === undefined);
    const reads = [...loaded.reads.keys()];
    if (first === undefined) return { reads };
    const more = others.length === 0 ? "" : `; and ${others.length} more: imp check`;
    return { warning: `${formatTrouble(first)}${more}`, reads };
  } catch (error) {
    return { warning: `Cannot read ${file}: ${messageOf(error)}`, reads: [] };
  }
}

/** A state that is not there, or is full, is not worth a word. */
function keep(ctx: CommandContext, checked: CheckedFiles): void {
  const text = formatCheckedFiles(checked);
  if (text === undefined || fileStamp(ctx.paths.stateDir) === "-") return;
  try {
    writeFileAtomic(checkedFilesPath(ctx.paths), text);
  } catch {
    // The next call looks again.
  }
}
