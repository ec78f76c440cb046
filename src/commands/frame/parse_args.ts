import { AppError } from "../../base/app_error.ts";
import { findNearest } from "../../base/nearest.ts";
import { isDuration, parseDuration } from "../../base/duration.ts";
import type { FlagSpec } from "./flag_spec.ts";

/** Flags that every command takes, before or after its name. */
export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  {
    name: "daemon-id",
    value: "ID",
    summary: "Use the daemon ID instead of the project's own",
    complete: "daemons",
  },
  { name: "json", summary: "Print JSON: one value, or one a line for streams" },
  {
    name: "fields",
    value: "A,B",
    summary: "JSON with these fields only, such as id,watch.paths",
  },
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

/** Which words are flags, of {@linkcode ArgReader.readRest}. */
export interface ParseArgsOptions {
  readonly flags: readonly FlagSpec[];
  /** Flags end at the first word that is none: what follows belongs to a job's command. */
  readonly stopAtOperand?: boolean;
  /** What help to look at for a flag that is not known. */
  readonly help?: string;
}

/**
 * Takes words apart strictly: `--flag value`, `--flag=value`, `-f`, `-n100`, `-n 100`, `-fn 10`; flags end at `--`. From
 * word to word, for who knows only after the first of them which flags may follow. `@std/cli` and `node:util` know no
 * flags that depend on an operand, take unknown ones for switches or give no hint.
 */
export class ArgReader {
  #words: readonly string[];
  readonly #values = new Map<string, string[]>();
  #options: ParseArgsOptions = { flags: [] };
  #index = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  /** Reads the flags that come next; `--daemon` is none of them. */
  readFlags(flags: readonly FlagSpec[]): void {
    this.#options = { flags };
    for (let word = this.#peek(); word !== undefined && isFlag(word); word = this.#peek()) {
      if (word === "--daemon") return;
      this.#readFlag();
    }
  }

  /** True when the next word is this one, which is passed by then. */
  takeIf(word: string): boolean {
    if (this.#peek() !== word) return false;
    this.#index++;
    return true;
  }

  /** The next word if it is there, past a `--`; to be asked for behind the flags. */
  takeWord(): string | undefined {
    if (this.#peek() === "--") this.#index++;
    return this.#words[this.#index++];
  }

  /** Whether the flag was among those read. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Forgets the flag, for who has done what it asks for. */
  forget(name: string): void {
    this.#values.delete(name);
  }

  /** Forgets what was read, and reads other words instead. */
  startOver(words: readonly string[]): void {
    this.#words = words;
    this.#index = 0;
    this.#values.clear();
  }

  /** Everything that is left, with the flags that were read before. */
  readRest(options: ParseArgsOptions): ParsedArgs {
    this.#options = options;
    const operands: string[] = [];
    let behindDashes: readonly string[] | undefined;
    for (let word = this.#peek(); word !== undefined; word = this.#peek()) {
      if (word === "--") {
        behindDashes = this.#words.slice(this.#index + 1);
        operands.push(...behindDashes);
        break;
      }
      if (isFlag(word)) this.#readFlag();
      else {
        operands.push(word);
        this.#index++;
        if (options.stopAtOperand) {
          operands.push(...this.#words.slice(this.#index));
          break;
        }
      }
    }
    return new ParsedArgs(this.#values, operands, behindDashes);
  }

  #peek(): string | undefined {
    return this.#words[this.#index];
  }

  #readFlag(): void {
    const word = this.#words[this.#index++]!;
    if (word.startsWith("--")) this.#long(word);
    else this.#shorts(word);
  }

  #long(word: string): void {
    const equals = word.indexOf("=");
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const flag = this.#options.flags.find((candidate) => candidate.name === name);
    if (!flag) throw this.#unknown(`--${name}`);
    if (flag.value !== undefined) {
      this.#add(flag, equals < 0 ? this.#valueOf(flag, `--${name}`) : word.slice(equals + 1));
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
      const flag = this.#options.flags.find((candidate) => candidate.short === short);
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

  #valueOf(flag: FlagSpec, written: string): string {
    if (flag.mayStandAlone && !isDuration(this.#words[this.#index] ?? "")) return "";
    return this.#nextValue(flag, written);
  }

  #nextValue(flag: FlagSpec, written: string): string {
    const next = this.#words[this.#index];
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
    const names = this.#options.flags.map((flag) => flag.name);
    const nearest = findNearest(word.replace(/^-+/, ""), names, { mayBeShortened: true });
    const shown = word === written ? `"${written}"` : `"${written}" in "${word}"`;
    return new AppError("usage.unknown_flag", `Unknown flag ${shown}`, {
      hint: nearest
        ? `Did you mean --${nearest}?`
        : `imp help${this.#options.help ? ` ${this.#options.help}` : ""} lists the flags`,
    });
  }
}

function isFlag(word: string): boolean {
  return word.length > 1 && word.startsWith("-") && word !== "--";
}
