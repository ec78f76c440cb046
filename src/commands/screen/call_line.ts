import { AppError } from "../../base/app_error.ts";
import { splitWords } from "../../base/shell_words.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { CommandContext } from "../frame/command.ts";
import { findCommand } from "../frame/find_command.ts";
import { ArgReader, GLOBAL_FLAGS } from "../frame/parse_args.ts";
import { TextSink } from "../frame/text_sink.ts";

/** What only a shell understands. */
const FOR_A_SHELL = /[|&;<>$`*?(){}~]/;

/**
 * Does what `imp` with these words and a line behind them does, and resolves with what that prints. Where the line
 * begins with neither flag nor `--` it is a command, for a shell if need be.
 * @throws AppError what the command throws, `usage.open_quote`
 */
export async function callLine(
  ctx: CommandContext,
  client: DaemonClient,
  { words, line }: { readonly words: readonly string[]; readonly line: string },
): Promise<string> {
  const [name = "", ...operands] = words;
  const entry = findCommand(ctx.commands, name)!;
  const { command } = await entry.load();
  const args = new ArgReader([...operands, ...wordsOf(line)]).readRest({
    flags: [...command.flags, ...GLOBAL_FLAGS],
    stopAtOperand: command.operands === "commands",
    help: name,
  });
  const sink = new TextSink();
  const world: CommandContext = Object.create(ctx, {
    stdout: { value: sink },
    stderr: { value: sink },
    color: { value: false },
    client: { value: () => Promise.resolve(client) },
  });
  await command.run(world, args);
  return sink.take();
}

function wordsOf(line: string): string[] {
  const text = line.trim();
  const isCommand = !text.startsWith("-");
  if (isCommand && FOR_A_SHELL.test(text)) return ["--shell", "--", text];
  const words = splitWords(text);
  if (words !== undefined) return isCommand ? ["--", ...words] : words;
  throw new AppError("usage.open_quote", "A quote is not closed", {
    hint: "Close it, or put a backslash before it",
  });
}
