import { livingPaths } from "../../client/living_paths.ts";
import type { CommandContext } from "./command.ts";

/** The same with the paths of the daemon that lives, for a command that looks at its files and not only talks to it. */
export async function livingContext(ctx: CommandContext): Promise<CommandContext> {
  const paths = await livingPaths(ctx.paths);
  // Not copied: what is behind its getters is not made before it is asked for.
  return paths === ctx.paths ? ctx : Object.create(ctx, { paths: { value: paths } });
}
