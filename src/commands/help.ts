import type { Command, CommandContext, CommandEntry, CommandTable } from "./frame/command.ts";
import { findCommand, subcommandsOf } from "./frame/find_command.ts";
import { renderCommandHelp, renderGroupHelp, renderHelp } from "./output/help_text.ts";
import { writeJson, writeLines } from "./frame/write.ts";
import type { FlagSpec } from "./frame/flag_spec.ts";
import { GLOBAL_FLAGS } from "./frame/parse_args.ts";
import { unknownCommandError } from "./frame/unknown_command.ts";

/** `imp help`: what there is, and how it is used. */
export const command: Command = {
  usage: ["help [COMMAND]", "help agents", "help --json"],
  description: "Shows all commands, or one of them. With --json the whole table as data.",
  flags: [],
  operands: "imp commands",
  examples: [
    { command: "imp help run", what: "the same as imp run --help" },
    { command: "imp help daemon stop", what: "a subcommand" },
    { command: "imp help agents", what: "all that a coding agent needs" },
    { command: "imp help --json", what: "for programs and agents" },
  ],
  output: "Help text. With --json the commands with usage, flags, examples, output and exit codes.",
  exitCodes: { 0: "done", 2: "no such command" },
  async run(ctx, args) {
    const topic = args.operands.join(" ");
    if (topic === "agents" && !ctx.json) {
      const { AGENT_GUIDE } = await import("./agent/agent_guide.ts");
      await ctx.stdout.write(AGENT_GUIDE);
    } else await writeHelp(ctx, topic);
    return 0;
  },
};

/** Prints the help of a command, of a group of commands, or of imp when `name` is empty. */
export async function writeHelp(ctx: CommandContext, name: string): Promise<number> {
  const { commands } = ctx;
  const entry = findCommand(commands, name);
  if (ctx.json) {
    const entries = commands.filter((each) => !each.hidden && (name === "" || each === entry));
    if (entries.length === 0) throw unknownWords(commands, name);
    const described = await Promise.all(entries.map(describe));
    await writeJson(ctx, { commands: described, flags: GLOBAL_FLAGS.map(toFlagJson) });
    return 0;
  }
  const width = ctx.stdout.isTerminal ? Math.min(ctx.stdout.columns, 100) : 80;
  if (name === "") await writeLines(ctx, renderHelp(commands, GLOBAL_FLAGS));
  else if (entry) {
    const { command: found } = await entry.load();
    const options = { globalFlags: GLOBAL_FLAGS, width };
    await writeLines(ctx, await renderCommandHelp(entry, found, options));
  } else if (subcommandsOf(commands, name).length > 0) {
    await writeLines(ctx, renderGroupHelp(name, subcommandsOf(commands, name)));
  } else throw unknownWords(commands, name);
  return 0;
}

/** What was typed is no command. */
export function unknownWords(commands: CommandTable, name: string): Error {
  const [first = "", second] = name.split(" ");
  return subcommandsOf(commands, first).length > 0
    ? unknownCommandError(commands, second, first)
    : unknownCommandError(commands, first);
}

function toFlagJson({ mayStandAlone, ...rest }: FlagSpec) {
  return { ...rest, ...mayStandAlone && { may_stand_alone: true } };
}

async function describe({ load, ...entry }: CommandEntry) {
  const { run: _, ...rest } = (await load()).command;
  return {
    name: entry.name,
    aliases: entry.aliases ?? [],
    group: entry.group,
    summary: entry.summary,
    nature: entry.nature,
    may_start_daemon: entry.nature !== "apart",
    usage: rest.usage.map((line) => `imp ${line}`),
    description: rest.description ?? null,
    flags: rest.flags.map(toFlagJson),
    examples: rest.examples,
    output: rest.output,
    exit_codes: rest.exitCodes,
  };
}
