import { splitWords } from "../../base/shell_words.ts";
import { commandOf } from "./command_words.ts";
import { markVariable } from "./marked_text.ts";
import { shellLine } from "./shell_line.ts";
import { systemdWords } from "./systemd_words.ts";
import type { WrittenCommand } from "./written_job.ts";

/** Before the name of a variable that is as many words as it has. */
const SPLIT = "\u0003";

/** A command line of a unit. */
export interface UnitCommand {
  readonly words: readonly string[];
  /** What stands before the program, of `-@:+!|`. */
  readonly prefix: string;
}

/** How a command line is read. */
export interface UnitCommandOptions {
  /** What the unit sets itself. */
  readonly env: Readonly<Record<string, string>>;
  readonly resolve: (text: string) => string;
}

/** A command of a unit; undefined when a quote is not closed, or there is none. */
export function readUnitCommand(
  line: string,
  { env, resolve }: UnitCommandOptions,
): UnitCommand | undefined {
  const [, prefix = "", rest = ""] = /^\s*([-@:+!|]*)([^]*)$/.exec(line) ?? [];
  const words = systemdWords(rest)?.map(resolve);
  if (words === undefined || words.length === 0) return undefined;
  const filled = prefix.includes(":") ? words : words.flatMap((word) => fillIn(word, env));
  // The second word is only what the program is called.
  return { prefix, words: prefix.includes("@") ? filled.toSpliced(1, 1) : filled };
}

/** `${NAME}` is a part of a word, `$NAME` alone as many words as it has. */
function fillIn(word: string, env: Readonly<Record<string, string>>): string[] {
  const alone = /^\$([A-Za-z_]\w*)$/.exec(word)?.[1];
  if (alone !== undefined) {
    return Object.hasOwn(env, alone)
      ? splitWords(env[alone]!) ?? [env[alone]!]
      : [`${SPLIT}${alone}`];
  }
  return [
    word.replace(/\$\$|\$\{([A-Za-z_]\w*)\}/g, (mark, name?: string) => {
      if (name === undefined) return "$";
      return Object.hasOwn(env, name) ? env[name]! : mark === "" ? mark : markVariable(name);
    }),
  ];
}

/** Several commands, one after the other, while they succeed. */
export function commandOfAll(commands: readonly UnitCommand[]): WrittenCommand | undefined {
  const [first, ...others] = commands;
  if (first === undefined) return undefined;
  const isPlain = others.length === 0 && !first.words.some((word) => word.startsWith(SPLIT));
  return isPlain ? commandOf(first.words) : commands.map(lineOf).join(" && ");
}

function lineOf({ words }: UnitCommand): string {
  return words.map((word) =>
    word.startsWith(SPLIT) ? `$${word.slice(SPLIT.length)}` : shellLine([word])
  ).join(" ");
}
