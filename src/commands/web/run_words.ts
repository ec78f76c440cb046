import type { CommandContext, CommandEntry, OutputStream } from "../frame/command.ts";
import { type CliProcess, createContext } from "../frame/context.ts";
import { findCommand } from "../frame/find_command.ts";
import { ArgReader, GLOBAL_FLAGS, type ParsedArgs } from "../frame/parse_args.ts";

/** Where a command of a page is called. */
export interface WordsWorld {
  /** That of the server. */
  readonly ctx: CommandContext;
  readonly signal: AbortSignal;
  readonly write: OutputStream["write"];
}

/**
 * Calls a command of imp as if its words had been typed, but for where its output goes; resolves with its exit code.
 * @throws AppError
 */
export async function runWords(world: WordsWorld, words: readonly string[]): Promise<number> {
  const reader = new ArgReader(words);
  const entry = findCommand(world.ctx.commands, reader.takeWord()!)!;
  const { command } = await entry.load();
  const args = reader.readRest({ flags: [...command.flags, ...GLOBAL_FLAGS] });
  await using ctx = openWorld(world, entry, args);
  return await command.run(ctx, args);
}

/** The world of a command that is called so. */
export function openWorld(
  { ctx, signal, write }: WordsWorld,
  entry: CommandEntry,
  args: ParsedArgs,
): CommandContext & AsyncDisposable {
  const nowhere = () => Promise.resolve();
  const stream = { isTerminal: false, columns: 80, rows: 24 };
  const cli: CliProcess = {
    stdin: ctx.stdin,
    stdout: { ...stream, write },
    stderr: { ...stream, write: nowhere },
    clock: ctx.clock,
    signal,
    forcedEnd: new Promise<never>(() => {}),
    isInterruption: (error) => error === signal.reason,
    cwd: () => ctx.cwd(),
  };
  return createContext({ commands: ctx.commands, entry, args }, cli);
}
