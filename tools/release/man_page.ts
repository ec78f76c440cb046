/** `imp.1` out of `imp help --json`, so that no page tells of a flag that imp does not have. */

/** What `imp help --json` says of a flag. */
export interface FlagHelp {
  readonly name: string;
  readonly short?: string;
  readonly value?: string;
  readonly summary: string;
}

/** What `imp help --json` says of a command. */
export interface CommandHelp {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly group: string;
  readonly summary: string;
  readonly usage: readonly string[];
  readonly description: string | null;
  readonly flags: readonly FlagHelp[];
  readonly examples: readonly { readonly command: string; readonly what: string }[];
  readonly output: string;
  readonly exit_codes: Readonly<Record<string, string>>;
}

/** What `imp help --json` prints. */
export interface ImpHelp {
  readonly commands: readonly CommandHelp[];
  readonly flags: readonly FlagHelp[];
}

/** The manual page in the language of man(7). */
export function renderManPage(version: string, { commands, flags }: ImpHelp): string {
  const groups = [...new Set(commands.map(({ group }) => group))];
  return [
    `.TH IMP 1 "" "imp ${escape(version)}" "User Commands"`,
    // What is printed as JSON are long words, with which no line could be filled to both sides.
    ".ad l",
    ".SH NAME",
    "imp \\- a small daemon for every project",
    ".SH SYNOPSIS",
    ".B imp",
    ".RI [ FLAGS ]",
    ".I COMMAND",
    ".RI [ WORDS ]",
    ".SH DESCRIPTION",
    text(
      "imp starts, keeps, watches and stops the background processes of a project. Each project has " +
        "a daemon of its own, which starts when the first command needs it and goes when nobody does. " +
        "Jobs outlive it, with their output and their exit codes.",
    ),
    ".SH FLAGS OF EVERY COMMAND",
    ...flags.flatMap(flagLines),
    ...groups.flatMap((group) => [
      `.SH ${quoted(`${group} commands`.toUpperCase())}`,
      ...commands.filter((each) => each.group === group).flatMap(commandLines),
    ]),
    ".SH SEE ALSO",
    "\\fBimp help\\fR tells the same, \\fBimp help \\-\\-json\\fR as data.",
    "",
  ].join("\n");
}

function commandLines(command: CommandHelp): string[] {
  const { summary, description, usage, aliases, examples, exit_codes: exitCodes } = command;
  const names = aliases.length === 0 ? "" : ` Also ${aliases.join(", ")}.`;
  return [
    `.SS ${quoted(command.name)}`,
    text(`${summary}.${names}`),
    ".PP",
    ".nf",
    ...usage.map((line) => bold(line)),
    ".fi",
    ...description === null ? [] : [".PP", text(description)],
    ...command.flags.flatMap(flagLines),
    ".PP",
    text(command.output),
    ...examples.flatMap(({ command: typed, what }) => [".TP", bold(typed), text(what)]),
    ".PP",
    text(
      `Exit codes: ${Object.entries(exitCodes).map(([code, why]) => `${code} ${why}`).join("; ")}.`,
    ),
  ];
}

function flagLines({ name, short, value, summary }: FlagHelp): string[] {
  const names = [...short === undefined ? [] : [`-${short}`], `--${name}`].map(bold).join(", ");
  return [".TP", value === undefined ? names : `${names} \\fI${escape(value)}\\fR`, text(summary)];
}

function bold(words: string): string {
  return `\\fB${escape(words)}\\fR`;
}

/** A word of a heading may have spaces. */
function quoted(words: string): string {
  return `"${escape(words).replaceAll('"', "'")}"`;
}

function text(words: string): string {
  return words.split("\n").map(escape).join("\n");
}

/** What troff would take for its own: backslashes, minus signs that are to be typed, dots and quotes at the beginning. */
function escape(words: string): string {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("’", "\\(cq")
    .replace(/^(?=[.'])/, "\\&");
}
