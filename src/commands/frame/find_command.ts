import type { CommandEntry, CommandTable } from "./command.ts";

/** The command of that name or alias. */
export function findCommand(commands: CommandTable, name: string): CommandEntry | undefined {
  return commands.find((entry) => entry.name === name || entry.aliases?.includes(name));
}

/** The subcommands of a group such as `daemon`; empty for anything else. */
export function subcommandsOf(commands: CommandTable, group: string): CommandTable {
  return commands.filter((entry) => entry.name.startsWith(`${group} `));
}
