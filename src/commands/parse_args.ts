import { AppError } from "../base/app_error.ts";
import { parseDuration } from "../base/duration.ts";
import type { FlagSpec } from "./command.ts";
import { findNearest } from "./nearest.ts";

/** Flags that every command takes, before or after its name. */
export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  {
    name: "daemon-id",
    value: "ID",
    summary: "Use the daemon ID instead of the project's own",
    complete: "daemons",
  },
  { name: "json", summary: "Print JSON: one value, or one a line for streams" },
  { name: "quiet", short: "q", summary: "Print only what was asked for, no notes" },
  { name: "no-color", summary: "No colours (also: NO_COLOR)" },
  { name: "takeover", summary: "Let this version replace a newer daemon" },
  { name: "help", short: "h", summary: "Show help" },
  { name: "version", short: "V", summary: "Show versions of imp, Deno, V8 and the protocol" },
];

/** What the user typed, taken apart; values are still text. */
export class ParsedArgs {
  readonly #values: ReadonlyMap<string, readonly string[]>;
  /** Words that are no flags, and everything after `--`. */
  readonly operands: readonly string[];
  /** The last of these, when they stood behind a `--`. */
  readonly behindDashes: readonly string[] | undefined;

  constructor(
    values: ReadonlyMap<string, readonly string[]>,
    operands: readonly string[],
    behindDashes?: readonly string[],
  ) {
    this.#values = values;
    this.operands = operands;
    this.behindDashes = behindDashes;
  }

  /** Whether the flag was given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** The flag's value; the last one when it was given more than once. */
  value(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** All values of a flag that may be repeated, in order. */
  values(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The flag's value as milliseconds. @throws AppError `usage.bad_duration` */
  duration(name: string): number | undefined {
    const text = this.value(name);
    return text === undefined ? undefined : parseDuration(text);
  }

  /** The flag's value as a whole number from 0. @throws AppError `usage.bad_number` */
  count(name: string): number | undefined {
    const text = this.value(name);
    if (text === undefined) return undefined;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new AppError("usage.bad_number", `Not a number for --${name}: ${JSON.stringify(text)}`, {
      hint: `Write it like --${name} 100`,
    });
  }
}

/** Options of {@linkcode parseArgs}. */
export interface ParseArgsOptions {
  readonly flags: readonly FlagSpec[];
  /** Flags end at the first word that is none: what follows belongs to a job's command. */
  readonly stopAtOperand?: boolean;
  /** What help to look at for a flag that is not known. */
  readonly help?: string;
}

/**
 * Takes words apart strictly: `--flag value`, `--flag=value`, `-f`, `-n100`, `-n 100`, `-fn 10`. Flags end at `--`.
 * @throws AppError `usage.*` for a flag that is unknown, lacks its value, or has one that it does not take
 */
export function parseArgs(words: readonly string[], options: ParseArgsOptions): ParsedArgs {
  const parser = new Parser(words, options);
  return parser.parse();
}

class Parser {
  readonly #values = new Map<string, string[]>();
  readonly #operands: string[] = [];
  #index = 0;

  constructor(readonly words: readonly string[], readonly options: ParseArgsOptions) {}

  parse(): ParsedArgs {
    let behindDashes: readonly string[] | undefined;
    while (this.#index < this.words.length) {
      const word = this.words[this.#index++]!;
      if (word === "--") {
        behindDashes = this.words.slice(this.#index);
        this.#operands.push(...behindDashes);
        break;
      }
      if (word.startsWith("--")) this.#long(word);
      else if (word.length > 1 && word.startsWith("-")) this.#shorts(word);
      else {
        this.#operands.push(word);
        if (this.options.stopAtOperand) {
          this.#operands.push(...this.words.slice(this.#index));
          break;
        }
      }
    }
    return new ParsedArgs(this.#values, this.#operands, behindDashes);
  }

  #long(word: string): void {
    const equals = word.indexOf("=");
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const flag = this.options.flags.find((candidate) => candidate.name === name);
    if (!flag) throw this.#unknown(`--${name}`);
    if (flag.value !== undefined) {
      this.#add(flag, equals < 0 ? this.#nextValue(flag, `--${name}`) : word.slice(equals + 1));
    } else if (equals < 0) {
      this.#add(flag, "");
    } else {
      throw new AppError("usage.unexpected_value", `--${name} takes no value`, {
        hint: `Write --${name} alone`,
      });
    }
  }

  #shorts(word: string): void {
    for (let at = 1; at < word.length; at++) {
      const short = word[at]!;
      const flag = this.options.flags.find((candidate) => candidate.short === short);
      if (!flag) throw this.#unknown(`-${short}`, word);
      if (flag.value === undefined) {
        this.#add(flag, "");
        continue;
      }
      const attached = word.slice(at + 1).replace(/^=/, "");
      this.#add(flag, attached === "" ? this.#nextValue(flag, `-${short}`) : attached);
      return;
    }
  }

  #add(flag: FlagSpec, value: string): void {
    const values = this.#values.get(flag.name);
    if (values) values.push(value);
    else this.#values.set(flag.name, [value]);
  }

  #nextValue(flag: FlagSpec, written: string): string {
    const next = this.words[this.#index];
    if (next === undefined || /^-(?:[A-Za-z]|-)/.test(next)) {
      throw new AppError("usage.missing_value", `${written} needs a value: ${flag.value}`, {
        hint: `Write ${written} ${flag.value}` +
          (next === undefined
            ? ""
            : `, or --${flag.name}=${next} for a value that begins with a dash`),
      });
    }
    this.#index++;
    return next;
  }

  #unknown(written: string, word = written): AppError {
    const names = this.options.flags.map((flag) => flag.name);
    const nearest = findNearest(word.replace(/^-+/, ""), names);
    const shown = word === written ? `"${written}"` : `"${written}" in "${word}"`;
    return new AppError("usage.unknown_flag", `Unknown flag ${shown}`, {
      hint: nearest
        ? `Did you mean --${nearest}?`
        : `imp help${this.options.help ? ` ${this.options.help}` : ""} lists the flags`,
    });
  }
}
