import { AppError } from "./base/app_error.ts";
import { ExitCode } from "./base/exit_code.ts";
import type { Command, CommandEntry } from "./commands/frame/command.ts";
import {
  type CliProcess,
  createContext,
  EXIT_READER_GONE,
  type Invocation,
  openProcess,
} from "./commands/frame/context.ts";
import { findCommand, subcommandsOf } from "./commands/frame/find_command.ts";
import { COMMANDS } from "./commands/index.ts";
import { isForWrongFiles, tellWrongFiles } from "./commands/frame/tell_wrong_files.ts";
import { ArgReader, GLOBAL_FLAGS } from "./commands/frame/parse_args.ts";
import { refuseUnreadableWords } from "./platform/own_words.ts";

/** Runs one call of imp from its arguments to its exit code; every error ends here. */
export async function runCli(
  argv: readonly string[],
  cli: CliProcess = openProcess(),
): Promise<number> {
  try {
    refuseUnreadableWords(argv);
    const words = new ArgReader(argv);
    const entry = await findEntry(words);
    const { command } = await entry.load();
    const args = words.readRest({
      flags: [...command.flags, ...GLOBAL_FLAGS],
      stopAtOperand: command.operands === "commands",
      help: entry.name,
    });
    const running = runCommand({ commands: COMMANDS, entry, args }, command, cli);
    return await Promise.race([running, cli.forcedEnd]);
  } catch (error) {
    return await reportError(error, cli, wantsJson(argv));
  }
}

async function runCommand(call: Invocation, command: Command, cli: CliProcess): Promise<number> {
  const { entry, args } = call;
  if (args.has("version")) {
    const { command: version } = await import("./commands/version.ts");
    return await version.run(createContext(await withFields(call, "version"), cli), args);
  }
  if (args.has("help")) {
    const { writeHelp } = await import("./commands/help.ts");
    return await writeHelp(createContext(await withFields(call, "help"), cli), entry.name);
  }
  const asked = args.has("fields") ? await withFields(call, entry.name) : call;
  await using ctx = createContext(asked, cli);
  if (isForWrongFiles(entry)) await tellWrongFiles(ctx);
  return await command.run(ctx, args);
}

/** Only who asks for fields needs to know which there are. */
async function withFields(call: Invocation, name: string): Promise<Invocation> {
  if (!call.args.has("fields")) return call;
  const { readFields } = await import("./commands/frame/read_fields.ts");
  return { ...call, pick: readFields(name, call.args.values("fields")) };
}

/** The command that is called; what is left are its own words, and the flags of imp that stood before it are read. */
async function findEntry(words: ArgReader): Promise<CommandEntry> {
  words.readFlags(GLOBAL_FLAGS);
  // Another way to write it.
  if (words.takeIf("--daemon")) return commandOf("daemon run");
  const word = words.takeWord();
  if (word === undefined) return withoutCommand(words);
  const entry = findCommand(COMMANDS, word);
  if (entry !== undefined) return entry;
  if (subcommandsOf(COMMANDS, word).length === 0) throw await unknownCommand(word);
  return await findSubcommand(word, words);
}

async function findSubcommand(group: string, words: ArgReader): Promise<CommandEntry> {
  words.readFlags(GLOBAL_FLAGS);
  const word = words.takeWord();
  if (word === undefined && words.has("help")) {
    words.startOver([group]);
    return commandOf("help");
  }
  const entry = findCommand(COMMANDS, `${group} ${word}`);
  if (entry === undefined) throw await unknownCommand(word, group);
  return entry;
}

/** What a mistyped word may have meant is of no use to a call that is none. */
async function unknownCommand(word: string | undefined, group?: string): Promise<Error> {
  const { unknownCommandError } = await import("./commands/frame/unknown_command.ts");
  return unknownCommandError(COMMANDS, word, group);
}

function withoutCommand(words: ArgReader): CommandEntry {
  const name = words.has("version") ? "version" : words.has("help") ? "help" : "overview";
  words.forget("help");
  return commandOf(name);
}

function commandOf(name: string): CommandEntry {
  return findCommand(COMMANDS, name)!;
}

/** Whether JSON was asked for by imp's own words, for errors that come before they are taken apart. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).some((word) =>
    word === "--json" || word === "--fields" || word.startsWith("--fields=")
  );
}

async function reportError(error: unknown, cli: CliProcess, json: boolean): Promise<number> {
  if (cli.isInterruption(error)) return ExitCode.interrupted;
  if (error instanceof AppError && error.code === "output.closed") return EXIT_READER_GONE;
  // Not needed by a call that goes well.
  const { tellError } = await import("./commands/frame/tell_error.ts");
  return await tellError(error, { stderr: cli.stderr, json });
}
