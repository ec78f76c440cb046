import { type Command, COMMAND_GROUPS, type CommandEntry, type FlagSpec } from "../command.ts";

/** The lines of `imp help`. */
export function renderHelp(
  commands: readonly CommandEntry[],
  flags: readonly FlagSpec[],
): string[] {
  const shown = commands.filter((entry) => !entry.hidden);
  const longest = Math.max(...shown.map((entry) => titleOf(entry).length));
  const groups = COMMAND_GROUPS.map((group) => ({
    group,
    entries: shown.filter((entry) => entry.group === group),
  })).filter(({ entries }) => entries.length > 0);
  return [
    "imp: starts, keeps, watches and stops the background processes of a project",
    "",
    "Usage: imp [flags] COMMAND …",
    ...groups.flatMap(({ group, entries }) => [
      "",
      `${group}:`,
      ...entries.map((entry) => `  ${titleOf(entry).padEnd(longest)}  ${entry.summary}`),
    ]),
    "",
    "Flags of every command:",
    ...renderFlags(flags),
    "",
    "imp help COMMAND tells more. Start with: imp run -- COMMAND",
  ];
}

function titleOf(entry: CommandEntry): string {
  return [entry.name, ...(entry.aliases ?? [])].join(", ");
}

/** The lines of the help of a group such as `daemon`. */
export function renderGroupHelp(group: string, entries: readonly CommandEntry[]): string[] {
  const longest = Math.max(...entries.map((entry) => entry.name.length));
  return [
    `Usage: imp ${group} COMMAND …`,
    "",
    ...entries.map((entry) => `  imp ${entry.name.padEnd(longest)}  ${entry.summary}`),
    "",
    `imp help ${group} COMMAND tells more.`,
  ];
}

/** Options of {@linkcode renderCommandHelp}. */
export interface CommandHelpOptions {
  readonly globalFlags: readonly FlagSpec[];
  readonly width: number;
}

/** The lines of one command's help. */
export function renderCommandHelp(
  entry: CommandEntry,
  command: Command,
  { globalFlags, width }: CommandHelpOptions,
): string[] {
  const aliases = entry.aliases?.length ? [`Also: ${entry.aliases.join(", ")}`] : [];
  const longest = Math.max(0, ...command.examples.map((example) => example.command.length));
  return [
    `imp ${entry.name}: ${entry.summary}`,
    "",
    ...command.usage.map((line, index) => `${index === 0 ? "Usage:" : "      "} imp ${line}`),
    ...aliases,
    ...(command.description ? ["", ...wrap(command.description, width)] : []),
    ...(command.flags.length > 0 ? ["", "Flags:", ...renderFlags(command.flags)] : []),
    "",
    "Flags of every command:",
    ...renderFlags(globalFlags),
    "",
    "Examples:",
    ...command.examples.map(({ command: typed, what }) =>
      `  ${typed}${" ".repeat(longest - typed.length)}  # ${what}`
    ),
    "",
    "Output:",
    ...wrap(command.output, width - 2).map((line) => `  ${line}`),
    "",
    "Exit codes:",
    ...Object.entries(command.exitCodes).map(([code, what]) => `  ${code.padStart(3)}  ${what}`),
  ];
}

function renderFlags(flags: readonly FlagSpec[]): string[] {
  const titles = flags.map((flag) =>
    `${flag.short ? `-${flag.short}, ` : "    "}--${flag.name}${flag.value ? ` ${flag.value}` : ""}`
  );
  const longest = Math.max(...titles.map((title) => title.length));
  return flags.map((flag, index) =>
    `  ${titles[index]!.padEnd(longest)}  ${flag.summary}${flag.repeat ? " (repeatable)" : ""}`
  );
}

/** The text in lines of at most `width` columns, broken between words. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
