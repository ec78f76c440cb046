import { findSources } from "../../project/import/find_source.ts";
import { IMPORTERS } from "../../project/import/importers.ts";
import { openSourceFiles } from "../../project/import/source_files.ts";
import type { CommandContext } from "./command.ts";

/** What to type where there is no project file: of what lies here imp.yaml can be made. */
export async function describeFirstStep(ctx: CommandContext, verb: string): Promise<string> {
  const dir = ctx.cwd();
  const [source] = await findSources(openSourceFiles(dir), IMPORTERS, (path) => path);
  if (source !== undefined) {
    const name = source.files[0].path.slice(dir.length + 1);
    return `imp import --write makes an imp.yaml of ${name}`;
  }
  return verb === "up"
    ? "imp init writes one"
    : `imp init writes one; or name a file: imp ${verb} FILE`;
}
