import { escapeControl } from "../../base/terminal_text.ts";
import type { CommandContext } from "./command.ts";

/** Prints a value as one line of JSON. */
export async function writeJson(ctx: CommandContext, value: unknown): Promise<void> {
  await ctx.stdout.write(lineOfJson(ctx, value));
}

/** A value as a line of JSON, of which `--fields` may have left a part. */
export function lineOfJson({ pick }: Pick<CommandContext, "pick">, value: unknown): string {
  return `${JSON.stringify(pick === undefined ? value : pick(value))}\n`;
}

/** Prints lines of a result. */
export async function writeLines(ctx: CommandContext, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await ctx.stdout.write(`${lines.join("\n")}\n`);
}

/** Says something beside the result, unless `--quiet` or `--json`. */
export async function writeNote(ctx: CommandContext, text: string): Promise<void> {
  if (!ctx.quiet && !ctx.json) {
    await ctx.stderr.write(`imp: ${escapeControl(text, { allowColor: false })}\n`);
  }
}
