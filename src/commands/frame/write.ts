import { escapeControl } from "../../base/terminal_text.ts";
import type { CommandContext } from "./command.ts";

/** Prints a value as one line of JSON. */
export async function writeJson(ctx: CommandContext, value: unknown): Promise<void> {
  await ctx.stdout.write(`${JSON.stringify(value)}\n`);
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
