import { AppError, type ErrorShape, toErrorShape } from "./base/app_error.ts";
import { escapeLabel } from "./base/terminal_text.ts";
import { ExitCode, exitCodeOf } from "./base/exit_code.ts";
import { createContext, EXIT_READER_GONE, type Host, openHost } from "./commands/context.ts";
import type { Command, CommandEntry } from "./commands/command.ts";
import { findCommand, subcommandsOf } from "./commands/index.ts";
import { GLOBAL_FLAGS, parseArgs, type ParsedArgs } from "./commands/parse_args.ts";
import { refuseUnreadableWords } from "./platform/own_words.ts";

/** Which command, its own words, and the flags of imp that stood before it. */
interface Invocation {
  readonly entry: CommandEntry;
  readonly words: readonly string[];
}

/** Runs one call of imp from its arguments to its exit code; every error ends here. */
export async function runCli(argv: readonly string[], host: Host = openHost()): Promise<number> {
  try {
    refuseUnreadableWords(argv);
    const invocation = await findInvocation(spellDaemonRun(argv));
    const { command } = await invocation.entry.load();
    const args = parseArgs(invocation.words, {
      flags: [...command.flags, ...GLOBAL_FLAGS],
      stopAtOperand: command.operands === "commands",
      help: invocation.entry.name,
    });
    return await Promise.race([runCommand(invocation.entry, command, args, host), host.forcedEnd]);
  } catch (error) {
    return await reportError(error, host, wantsJson(argv));
  }
}

async function runCommand(
  entry: CommandEntry,
  command: Command,
  args: ParsedArgs,
  host: Host,
): Promise<number> {
  if (args.has("version")) {
    const { command: version } = await import("./commands/version.ts");
    return await version.run(createContext(entry, args, host), args);
  }
  if (args.has("help")) {
    const { writeHelp } = await import("./commands/help.ts");
    return await writeHelp(createContext(entry, args, host), entry.name);
  }
  await using ctx = createContext(entry, args, host);
  return await command.run(ctx, args);
}

/** `imp --daemon …` is another way to write `imp daemon run …`. */
function spellDaemonRun(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf("--daemon");
  if (at < 0) return argv;
  const before = argv.slice(0, at);
  const { operands } = parseArgs(before, { flags: GLOBAL_FLAGS, stopAtOperand: true });
  return operands.length > 0 || before.includes("--")
    ? argv
    : [...before, "daemon", "run", ...argv.slice(at + 1)];
}

async function findInvocation(argv: readonly string[]): Promise<Invocation> {
  const first = takeWord(argv);
  if (first.word === undefined) return withoutCommand(first.flags);
  const subcommands = subcommandsOf(first.word);
  if (subcommands.length > 0) {
    const second = takeWord(first.rest);
    const flags = [...first.flags, ...second.flags];
    if (second.word === undefined && flags.some((flag) => flag === "-h" || flag === "--help")) {
      return { entry: findCommand("help")!, words: [first.word] };
    }
    const entry = findCommand(`${first.word} ${second.word}`);
    if (!entry) throw await unknownCommand(second.word, first.word);
    return { entry, words: [...flags, ...second.rest] };
  }
  const entry = findCommand(first.word);
  if (!entry) throw await unknownCommand(first.word);
  return { entry, words: [...first.flags, ...first.rest] };
}

/** What a mistyped word may have meant is of no use to a call that is none. */
async function unknownCommand(word: string | undefined, group?: string): Promise<Error> {
  return (await import("./commands/unknown_command.ts")).unknownCommandError(word, group);
}

function withoutCommand(flags: readonly string[]): Invocation {
  const args = parseArgs(flags, { flags: GLOBAL_FLAGS });
  const name = args.has("version") ? "version" : args.has("help") ? "help" : "overview";
  const words = flags.filter((flag) => flag !== "-h" && flag !== "--help");
  return { entry: findCommand(name)!, words };
}

/** The flags of imp at the front, the first other word, and what follows it. */
function takeWord(words: readonly string[]) {
  const { operands } = parseArgs(words, { flags: GLOBAL_FLAGS, stopAtOperand: true });
  const flags = words.slice(0, words.length - operands.length).filter((word) => word !== "--");
  return { flags, word: operands[0], rest: operands.slice(1) };
}

/** Whether `--json` was among imp's own words, for errors that come before they are taken apart. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).includes("--json");
}

async function reportError(error: unknown, host: Host, json: boolean): Promise<number> {
  if (host.isInterruption(error)) return ExitCode.interrupted;
  if (error instanceof AppError && error.code === "output.closed") return EXIT_READER_GONE;
  const shape = toErrorShape(error);
  const text = json ? `${JSON.stringify({ error: shape })}\n` : formatError(shape, error);
  await host.stderr.write(text).catch(() => {});
  return exitCodeOf(shape.code);
}

function formatError(shape: ErrorShape, error: unknown): string {
  const trace = error instanceof Error && shape.code === "internal.bug" && error.stack;
  const lines = [
    `imp: ${shape.message}`,
    ...shape.hint ? [`hint: ${shape.hint}`] : [],
    ...trace ? [trace] : [],
  ];
  return `${lines.join("\n").split("\n").map(escapeLabel).join("\n")}\n`;
}
