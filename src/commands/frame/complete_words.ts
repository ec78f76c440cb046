import type { Command, CommandTable } from "./command.ts";
import type { Completion, FlagSpec } from "./flag_spec.ts";
import { findCommand, subcommandsOf } from "./find_command.ts";
import { GLOBAL_FLAGS } from "./parse_args.ts";

/** A word that fits, and what it is. */
export interface Candidate {
  readonly value: string;
  readonly summary?: string | undefined;
}

/** What fits at the cursor; `then` is left to the shell: `commands` begin at word number `offset` behind `imp`. */
export interface Completions {
  readonly candidates: readonly Candidate[];
  readonly then: "nothing" | "files" | "directories" | "commands";
  readonly offset?: number;
}

/** What there is to type, and what is looked up only when it is needed. */
export interface LiveWords {
  readonly commands: CommandTable;
  jobs(): Promise<readonly Candidate[]>;
  /** As they are typed: `@web`. */
  groups(): Promise<readonly Candidate[]>;
  /** The jobs and groups of the project's file. */
  declared(): Promise<readonly Candidate[]>;
  daemons(): Promise<readonly Candidate[]>;
  /** Of the job that is named among the words, else of all. */
  runs(): Promise<readonly Candidate[]>;
}

const SIGNALS = ["TERM", "INT", "HUP", "QUIT", "KILL", "USR1", "USR2", "STOP", "CONT", "WINCH"];

const NOTHING: Completions = { candidates: [], then: "nothing" };

/** Where the cursor is: the command, and the flag whose value comes next. */
interface Position {
  readonly name: string | undefined;
  readonly command: Command | undefined;
  readonly flag: FlagSpec | undefined;
  /** Number of the first word of a job's command, once it has begun. */
  readonly offset: number | undefined;
  readonly isPastFlags: boolean;
  /** How many words for the command stand before it. */
  readonly operands: number;
}

/** Completes the last of the words that stand behind `imp`. */
export async function completeWords(
  words: readonly string[],
  live: LiveWords,
): Promise<Completions> {
  const current = words.at(-1) ?? "";
  const at = await findPosition(live.commands, words.slice(0, -1));
  if (at.offset !== undefined) {
    return { candidates: [], then: "commands", offset: at.offset };
  }
  if (at.flag) return await complete(at.flag.complete, current, live);
  if (current.startsWith("-") && !at.isPastFlags) return await completeFlag(at, current, live);
  if (at.name === undefined) return matching(current, topWords(live.commands));
  if (!at.command) {
    const words = subcommandsOf(live.commands, at.name).map(({ name, summary }) => ({
      value: name.slice(at.name!.length + 1),
      summary,
    }));
    return matching(current, words);
  }
  if (at.command.operands === "commands") {
    return { candidates: [], then: "commands", offset: words.length };
  }
  const { operands } = at.command;
  const isRun = operands === "a job and runs" && at.operands > 0;
  return await complete(isRun ? "runs" : operands, current, live);
}

async function findPosition(
  commands: CommandTable,
  before: readonly string[],
): Promise<Position> {
  let name: string | undefined;
  let command: Command | undefined;
  let operands = 0;
  for (let index = 0; index < before.length; index++) {
    const word = before[index]!;
    const takesCommands = command?.operands === "commands";
    if (word === "--") {
      const offset = takesCommands ? index + 2 : undefined;
      return { name, command, flag: undefined, offset, isPastFlags: true, operands };
    }
    if (word.startsWith("-")) {
      const flag = word.includes("=") ? undefined : findFlag(command, word);
      if (flag?.value === undefined || flag.mayStandAlone) continue;
      if (index === before.length - 1) {
        return { name, command, flag, offset: undefined, isPastFlags: false, operands };
      }
      index++;
    } else if (command === undefined) {
      name = name === undefined ? word : `${name} ${word}`;
      command = (await findCommand(commands, name)?.load())?.command;
    } else if (takesCommands) {
      return { name, command, flag: undefined, offset: index + 1, isPastFlags: true, operands };
    } else operands++;
  }
  return { name, command, flag: undefined, offset: undefined, isPastFlags: false, operands };
}

function flagsOf(command: Command | undefined): readonly FlagSpec[] {
  return [...command?.flags ?? [], ...GLOBAL_FLAGS];
}

function findFlag(command: Command | undefined, word: string): FlagSpec | undefined {
  return flagsOf(command).find((flag) =>
    word.startsWith("--") ? word === `--${flag.name}` : word.at(-1) === flag.short
  );
}

async function completeFlag(
  { command }: Position,
  current: string,
  live: LiveWords,
): Promise<Completions> {
  const equals = current.indexOf("=");
  if (equals < 0) {
    const flags = flagsOf(command).map((flag) => ({
      value: `--${flag.name}`,
      summary: flag.summary,
    }));
    return matching(current, flags);
  }
  const flag = findFlag(command, current.slice(0, equals));
  const found = await complete(flag?.complete, current.slice(equals + 1), live);
  const written = current.slice(0, equals + 1);
  return {
    ...found,
    candidates: found.candidates.map((each) => ({ ...each, value: written + each.value })),
  };
}

async function complete(
  what: Completion | undefined,
  current: string,
  live: LiveWords,
): Promise<Completions> {
  switch (what) {
    case undefined:
      return NOTHING;
    case "jobs":
    case "a job and runs":
      return matching(current, await live.jobs());
    case "jobs and groups":
      return matching(current, [...await live.jobs(), ...await live.groups()]);
    case "declared jobs and groups":
      return matching(current, await live.declared());
    case "daemons":
      return matching(current, await live.daemons());
    case "runs":
      return matching(current, await live.runs());
    case "signals":
      return matching(current, toCandidates(SIGNALS));
    case "signals and jobs":
      return matching(current, [...await live.jobs(), ...toCandidates(SIGNALS)]);
    case "imp commands":
      return matching(current, toCandidates(namesOf(live.commands)));
    case "files":
    case "directories":
    case "commands":
      return { candidates: [], then: what };
    default:
      return matching(current, toCandidates(what));
  }
}

function toCandidates(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value }));
}

function namesOf(commands: CommandTable): string[] {
  return commands.filter(({ hidden, name }) => !hidden && !name.includes(" "))
    .map(({ name }) => name);
}

/** What may be the first word: commands, their aliases, and the names of groups. */
function topWords(commands: CommandTable): Candidate[] {
  const shown = commands.filter((entry) => !entry.hidden);
  const groups = new Set(
    shown.filter(({ name }) => name.includes(" ")).map(({ name }) => name.split(" ")[0]!),
  );
  return [
    ...shown.filter(({ name }) => !name.includes(" ")).flatMap(({ name, aliases, summary }) =>
      [name, ...aliases ?? []].map((value) => ({ value, summary }))
    ),
    ...[...groups].map((value) => ({ value, summary: "Commands about the daemon" })),
  ];
}

function matching(current: string, candidates: readonly Candidate[]): Completions {
  return {
    candidates: candidates.filter(({ value }) => value.startsWith(current)),
    then: "nothing",
  };
}
