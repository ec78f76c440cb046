import { splitWords } from "../../base/shell_words.ts";

/** One of several commands that a script runs at once: another script, or a text for the shell. */
export type ScriptPart =
  | { readonly script: string; readonly restart?: string | undefined }
  | { readonly name?: string; readonly text: string; readonly restart?: string | undefined };

/** What a script runs at once, and with which variables. */
export interface ScriptParts {
  readonly parts: readonly ScriptPart[];
  readonly env: Readonly<Record<string, string>>;
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=([^]*)$/;
/** What a shell does with a line beside taking it apart. */
const SHELL_SIGNS = /[&|;<>$`()#]/;

/**
 * What `concurrently`, `run-p`, `npm-run-all -p` or `deno task "a:*"` of a script starts at once, as far as it says that
 * in plain words; undefined for a script that is one command, or does more.
 */
export function splitScript(text: string, scripts: readonly string[]): ScriptParts | undefined {
  const quoted = text.replace(/"(?:[^"\\]|\\[^])*"|'[^']*'/g, "");
  if (SHELL_SIGNS.test(quoted)) return undefined;
  const words = splitWords(text) ?? [];
  const env: Record<string, string> = {};
  while (words[0] === "cross-env" || ASSIGNMENT.test(words[0] ?? "")) {
    const [, name, value] = ASSIGNMENT.exec(words.shift()!) ?? [];
    if (name !== undefined) env[name] = value!;
  }
  if (/^(npx|bunx|pnpx|dlx)$/.test(words[0] ?? "")) words.shift();
  const [program = "", ...args] = words;
  const parts = program === "concurrently" || program === "conc"
    ? splitConcurrently(args, scripts)
    : program === "run-p"
    ? splitPatterns(args, scripts)
    : program === "npm-run-all" && /^(-p|--parallel)$/.test(args[0] ?? "")
    ? splitPatterns(args.slice(1), scripts)
    : program === "deno" && args[0] === "task" && args[1]?.includes("*") && args.length === 2
    ? matching(args[1], scripts)?.map((script) => ({ script }))
    : undefined;
  return parts === undefined || parts.length === 0 ? undefined : { parts, env };
}

/** Flags of concurrently that change nothing here. */
const SILENT = new Set([
  ..."-k --kill-others --kill-others-on-fail -r --raw --no-color -g --group -i".split(" "),
  ..."--handle-input -P --passthrough-arguments --pad-prefix --timings".split(" "),
]);
const WITH_VALUE = new Set([
  ..."-c --prefix-colors -p --prefix -l --prefix-length -s --success --restart-after".split(" "),
  ..."-t --timestamp-format --hide --default-input-target --kill-signal --ks".split(" "),
  ..."--kill-timeout --name-separator".split(" "),
]);

function splitConcurrently(
  args: readonly string[],
  scripts: readonly string[],
): ScriptPart[] | undefined {
  const words = args.flatMap((word) => /^--[\w-]+=/.test(word) ? splitFlag(word) : [word]);
  let [names, tries] = ["", undefined as number | undefined];
  const commands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (SILENT.has(word)) continue;
    if (WITH_VALUE.has(word)) at++;
    else if (/^(-n|--names?)$/.test(word)) names = words[++at] ?? "";
    else if (word === "--restart-tries") tries = Number(words[++at]);
    else if (word.startsWith("-")) return undefined;
    else commands.push(word);
  }
  const restart = tries === undefined || tries === 0
    ? undefined
    : tries < 0
    ? "on-failure"
    : `on-failure:${tries}`;
  const called = names.split(",").map((name) => name.trim());
  const parts = commands.map((command, at) => partsOf(command, called[at], scripts));
  if (parts.some((part) => part === undefined)) return undefined;
  return parts.flatMap((part) => part!.map((each) => ({ ...each, restart })));
}

function splitFlag(word: string): string[] {
  const at = word.indexOf("=");
  return [word.slice(0, at), word.slice(at + 1)];
}

/** `npm:dev:*`, `npm run dev:web`, or anything else, which is the shell's. */
function partsOf(
  command: string,
  name: string | undefined,
  scripts: readonly string[],
): ScriptPart[] | undefined {
  const [, pattern] = /^(?:npm|pnpm|yarn|bun|node|deno):(\S+)$/.exec(command) ?? [];
  if (pattern !== undefined) return matching(pattern, scripts)?.map((script) => ({ script }));
  const [, called] = /^(?:(?:npm|pnpm|yarn|bun) run|deno task|yarn|pnpm|bun) ([\w:.-]+)$/
    .exec(command) ?? [];
  if (called !== undefined && scripts.includes(called)) return [{ script: called }];
  return [name ? { name, text: command } : { text: command }];
}

const RUN_P_FLAGS = new Set(
  "-l --print-label -s --silent -c --continue-on-error -n --print-name -r --race --aggregate-output"
    .split(" "),
);

function splitPatterns(
  args: readonly string[],
  scripts: readonly string[],
): ScriptPart[] | undefined {
  const parts: ScriptPart[] = [];
  for (const word of args) {
    if (RUN_P_FLAGS.has(word)) continue;
    const found = /^-|\s/.test(word) ? undefined : matching(word, scripts);
    if (found === undefined) return undefined;
    parts.push(...found.map((script) => ({ script })));
  }
  return parts;
}

/** The scripts that a name or `dev:*` means; undefined where there is none. */
function matching(pattern: string, scripts: readonly string[]): string[] | undefined {
  if (!pattern.includes("*")) return scripts.includes(pattern) ? [pattern] : undefined;
  const found = scripts.filter((script) => isLike(script, pattern.split(/\*+/)));
  return found.length > 0 ? found : undefined;
}

/** Whether a name has these parts one after the other, with anything between them. */
function isLike(name: string, parts: readonly string[]): boolean {
  const [first, ...others] = parts as [string, ...string[]];
  const last = others.pop()!;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
