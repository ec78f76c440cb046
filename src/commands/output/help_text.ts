import { type Command, COMMAND_GROUPS, type CommandEntry } from "../frame/command.ts";
import type { FlagSpec } from "../frame/flag_spec.ts";
import { foldWords } from "../../text/fold_words.ts";

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
export async function renderCommandHelp(
  entry: CommandEntry,
  command: Command,
  { globalFlags, width }: CommandHelpOptions,
): Promise<string[]> {
  const aliases = entry.aliases?.length ? [`Also: ${entry.aliases.join(", ")}`] : [];
  const longest = Math.max(0, ...command.examples.map((example) => example.command.length));
  const fold = (text: string, cells: number) => foldWords(text.split(" "), cells);
  const description = command.description ? ["", ...await fold(command.description, width)] : [];
  const output = await fold(command.output, width - 2);
  return [
    `imp ${entry.name}: ${entry.summary}`,
    "",
    ...command.usage.map((line, index) => `${index === 0 ? "Usage:" : "      "} imp ${line}`),
    ...aliases,
    ...description,
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
    ...output.map((line) => `  ${line}`),
    "",
    "Exit codes:",
    ...Object.entries(command.exitCodes).map(([code, what]) => `  ${code.padStart(3)}  ${what}`),
  ];
}

function formatValue({ value, mayStandAlone }: FlagSpec): string {
  if (value === undefined) return "";
  return mayStandAlone ? ` [${value}]` : ` ${value}`;
}

function renderFlags(flags: readonly FlagSpec[]): string[] {
  const titles = flags.map((flag) =>
    `${flag.short ? `-${flag.short}, ` : "    "}--${flag.name}${formatValue(flag)}`
  );
  const longest = Math.max(...titles.map((title) => title.length));
  return flags.map((flag, index) =>
    `  ${titles[index]!.padEnd(longest)}  ${flag.summary}${flag.repeat ? " (repeatable)" : ""}`
  );
}
