import { STANDARD_KIND, type TerminalSize, withinCells } from "../../base/terminal_size.ts";
import type { CommandContext } from "./command.ts";

/** What a job's terminal can do is what ours can, who will look at it; else what they all can. */
export function kindOfTerminal(ctx: CommandContext): string {
  const kind = ctx.env("TERM");
  return kind === undefined || kind === "" || kind === "dumb" ? STANDARD_KIND : kind;
}

/** That of the terminal that the command was typed in; undefined in none. */
export function sizeOfTerminal({ stdout, stderr }: CommandContext): TerminalSize | undefined {
  const ours = [stdout, stderr].find(({ isTerminal }) => isTerminal);
  return ours && { columns: withinCells(ours.columns), rows: withinCells(ours.rows) };
}
