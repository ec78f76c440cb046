import type { CommandContext } from "./command.ts";

/** A path that was typed, as it is from where it was typed. @throws AppError `usage.bad_cwd` */
export function resolveFrom(ctx: Pick<CommandContext, "cwd">, path: string): string {
  return path.startsWith("/") ? path : `${ctx.cwd()}/${path}`;
}
