import { CommandContext } from "./secret_flags.ts";
import { isSecretName, isSwitch } from "./secret_names.ts";
import { MASK, maskShapes } from "./secret_shapes.ts";
import { maskNamed, maskWholeAssignment } from "./secret_pairs.ts";
import { isHarmlessValue } from "./secret_values.ts";

/** Commands in commands in commands: `sh -c "ssh host 'mysql -pX'"`. Further in, only names and shapes count. */
const MOST_LEVELS = 4;

/**
 * A command as it may be shown: what looks like a credential is masked, by its shape, by the name it goes with, or by the
 * flag before it. The command that runs is never touched; this is for views, events, snapshots and the log. Takes time in
 * proportion to the length of the command.
 */
export function maskSecrets(command: readonly string[]): string[] {
  const masked = command.map((word, index) => {
    const isScript = /^-[a-z]*c$/.test(command[index - 1] ?? "");
    return (isScript ? undefined : maskWholeAssignment(word)) ?? maskNamed(maskShapes(word));
  });
  return maskFlags(masked, 0);
}

/** Words without what flags make a secret, in them and in the scripts that they are. */
function maskFlags(words: readonly string[], level: number): string[] {
  const context = new CommandContext();
  let next: Expectation;
  return words.map((word) => {
    const expected = next;
    next = undefined;
    const given = expected && maskExpected(word, expected);
    if (given !== undefined) return given;
    if (!word.startsWith("-")) {
      context.note(word);
      if (context.isSetting(word) && isSecretName(word)) next = "secret";
      return maskScript(word, level);
    }
    const attached = context.attachedFlag(word);
    if (attached !== undefined) return `${attached}${MASK}`;
    next = expectAfter(word, context);
    return maskScript(maskUserIn(word, context), level);
  });
}

/** What the word after a flag is. */
type Expectation = "secret" | "user" | "proxy" | undefined;

function expectAfter(flag: string, context: CommandContext): Expectation {
  if (context.isPasswordFlag(flag)) return "secret";
  if (context.isUserFlag(flag)) return "user";
  if (/^(?:-x|--(?:pre)?proxy)$/.test(flag)) return "proxy";
  const name = /^--?([A-Za-z][\w.-]*)$/.exec(flag)?.[1];
  if (name === undefined || name.length < 2 || isSwitch(name) || context.asksFor(flag)) {
    return undefined;
  }
  return isSecretName(name) ? "secret" : undefined;
}

/** The word as a flag before it wants it; undefined when it is something else after all. */
function maskExpected(word: string, expected: Expectation): string | undefined {
  if (expected === "secret") {
    // Another flag: the one before was a switch.
    const isFlag = /^(?:--[A-Za-z].*|-[A-Za-z]{1,3}|-[a-z][a-z-]*|--)$/s.test(word);
    return isFlag || isHarmlessValue(word) ? undefined : MASK;
  }
  const [, user, rest] = expected === "proxy"
    ? /^([^\s:@/]+:)[^\s@]*(@.*)$/.exec(word) ?? []
    : /^([^:]+:)(?!\/\/).+$/.exec(word) ?? [];
  return user === undefined || /^\d+:\d+$/.test(word) ? undefined : `${user}${MASK}${rest ?? ""}`;
}

/** `--user=me:password`, and curl's `-ume:password`. */
function maskUserIn(word: string, context: CommandContext): string {
  const [, flag, equals = "", value] = /^(--[\w-]+)(=)(.*)$/s.exec(word) ??
    /^(-[uU])()([^-].*)$/s.exec(word) ?? [];
  if (flag === undefined || !context.isUserFlag(flag)) return word;
  const masked = maskExpected(value!, "user");
  return masked === undefined ? word : `${flag}${equals}${masked}`;
}

/** Where a command in a script ends. */
const END = /^[;|&()\n]+$/;
/** Words as a shell takes them apart, quotes and all; what separates them stands between. */
const WORDS =
  /\s+|\\\n|[;|&()]+|(?:"(?:[^"\\]|\\.)*"|'[^']*'|\$\([^()]{0,500}\)|\\[^\n]|[^\s;|&()"'\\])+|["'\\]/gs;

/** A script, command by command; a word without any flag in it is none. */
function maskScript(script: string, level: number): string {
  if (level >= MOST_LEVELS || !/\s-|["']\s{0,20}-/.test(script)) return script;
  const tokens = script.match(WORDS) ?? [];
  const masked: string[] = [];
  let words: { readonly at: number; readonly text: string; readonly quote: string }[] = [];
  const flush = () => {
    const shown = maskFlags(words.map(({ text }) => text), level + 1);
    for (const [index, { at, text, quote }] of words.entries()) {
      if (shown[index] !== text) masked[at] = `${quote}${shown[index]}${quote}`;
    }
    words = [];
  };
  for (const [at, token] of tokens.entries()) {
    masked.push(token);
    if (END.test(token) || /\n/.test(token) && /^\s+$/.test(token)) flush();
    else if (!/^\s/.test(token) && token !== "\\\n") {
      const quoted = /^(["'])(.*)\1$/s.exec(token);
      words.push({ at, text: quoted?.[2] ?? token, quote: quoted?.[1] ?? "" });
    }
  }
  flush();
  return masked.join("");
}
