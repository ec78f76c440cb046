/** The README names what there is: commands, flags, settings, exit codes, tasks, rooms. */
import { assert, assertEquals } from "@std/assert";
import { ExitCode } from "../src/base/exit_code.ts";
import { COMMANDS, findCommand, subcommandsOf } from "../src/commands/index.ts";
import { GLOBAL_FLAGS, parseArgs } from "../src/commands/parse_args.ts";
import { describeSettings } from "../src/config/describe_settings.ts";
import { loadSettings } from "../src/config/load_settings.ts";
import { DEFAULT_SETTINGS } from "../src/config/settings.ts";
import { readReadme, spansOf } from "./support/readme.ts";

const README = readReadme();
const ROOT = new URL("../", import.meta.url);
const TASKS: Record<string, unknown> =
  JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))).tasks;
/** What the tasks bench and torture take. */
const TASK_FLAGS = ["--peers", "--seed", "--rounds", "--minutes"];

Deno.test("the README has every command, and no other", () => {
  const named = README.table("command")
    .flatMap(([cell]) => spansOf(cell!))
    .filter((span) => /^[a-z]/.test(span) && !span.startsWith("deno "))
    .flatMap(expandCommand);
  for (const name of named) assert(findCommand(name), `imp has no command "${name}"`);
  for (const { name, aliases = [], hidden } of COMMANDS) {
    for (const each of hidden ? [] : [name, ...aliases]) {
      assert(named.includes(each), `The README's table lacks "${each}"`);
    }
  }
});

Deno.test("every flag that the README names beside a command is one of it", async () => {
  for (const [cell, what] of README.table("command")) {
    const names = spansOf(cell!).filter((span) => /^[a-z]/.test(span)).flatMap(expandCommand);
    for (const span of [...spansOf(cell!), ...spansOf(what!)]) {
      // `stop --signal S` stands in a row of several, `add --stdin` in that of another.
      const all = [...names, span.split(" ")[0]!];
      const flags = (await Promise.all(all.map(flagsOf))).flat();
      for (const flag of flagsIn(span)) {
        assert(flags.includes(flag) || flag === "--help", `imp ${names} does not take ${flag}`);
      }
    }
  }
});

Deno.test("every flag that the README names anywhere is one of imp's", async () => {
  const known = (await Promise.all(COMMANDS.map(({ name }) => flagsOf(name)))).flat();
  const spans = README.codeSpans().filter((span) => span.startsWith("-"));
  for (const flag of spans.flatMap(flagsIn)) {
    assert([...known, ...TASK_FLAGS].includes(flag), `Nothing takes ${flag}`);
  }
});

Deno.test("everything that begins with imp in the README can be typed", async () => {
  const shown = [
    ...README.indentedLines().flatMap((line) => line.replace(/ # .*/, "").split(" ; ")),
    ...README.blocks("sh").flatMap(({ lines }) => lines).map((line) => line.split(/ [>#] /)[0]!),
    ...README.consoleSteps().flatMap(({ command }) => command.split(/ [|;>] |[()]/)),
    ...README.codeSpans(),
  ].map((line) => line.trim()).filter((line) => /^imp [^.(]/.test(line));
  assert(shown.length > 20);
  for (const line of shown) await assertParses(line.split(/\s+/).slice(1));
});

Deno.test("every deno task that the README names is there", () => {
  const text = [
    ...README.blocks("sh").flatMap(({ lines }) => lines),
    ...README.codeSpans(),
  ].join("\n");
  const named = [...text.matchAll(/\bdeno(?:@[\d.]+)? task (\w+)/g)].map((match) => match[1]!);
  assertEquals(named.filter((name) => !(name in TASKS)), []);
  assertEquals(Object.keys(TASKS).filter((name) => !named.includes(name)), []);
});

Deno.test("the README's exit codes are those of imp", () => {
  const named = README.table("code").flatMap(([cell]) => cell!.split(", ").map(Number));
  assertEquals(named, Object.values(ExitCode).toSorted((a, b) => a - b));
});

Deno.test("the README's settings are those of imp, with their standard values", () => {
  const named = README.table("setting").flatMap(([names, values]) =>
    spansOf(names!).map((name, index) => [name, values!.split(", ")[index]])
  );
  const actual = describeSettings({ settings: DEFAULT_SETTINGS, sources: new Map() });
  assertEquals(Object.fromEntries(named), Object.fromEntries(actual.map(settingOf)));
});

Deno.test("the README's settings files are accepted", async () => {
  const blocks = README.blocks("yaml");
  assert(blocks.length > 0);
  for (const { lines } of blocks) {
    const path = await Deno.makeTempFile({ suffix: ".yaml" });
    await Deno.writeTextFile(path, lines.join("\n"));
    const { sources } = await loadSettings({ user: [path], project: undefined });
    assertEquals([...sources.values()].filter((source) => source === path).length, lines.length);
    await Deno.remove(path);
  }
});

Deno.test("the README's rooms are the folders of the code", () => {
  const named = README.table("room").map(([cell]) => spansOf(cell!)[0]!);
  for (const path of named) Deno.statSync(new URL(path, ROOT));
  const rooms = [...Deno.readDirSync(new URL("src", ROOT))].filter((entry) => entry.isDirectory);
  assertEquals(rooms.filter(({ name }) => !named.includes(`src/${name}/`)), []);
});

/** ``daemon start|stop`` and `stdout JOB` as the names of commands. */
function expandCommand(span: string): string[] {
  const words = span.replace(/^.*\| imp /, "").split(" ");
  if (subcommandsOf(words[0]!).length === 0) return [words[0]!];
  return words[1]!.split("|").map((second) => `${words[0]} ${second}`);
}

async function flagsOf(name: string): Promise<string[]> {
  const { flags } = (await findCommand(name)?.load())?.command ?? { flags: [] };
  return [...flags, ...GLOBAL_FLAGS].flatMap((flag) => [
    `--${flag.name}`,
    ...(flag.short ? [`-${flag.short}`] : []),
  ]);
}

function flagsIn(span: string): string[] {
  return span.split(/[\s[\]=]+/).filter((word) => /^--?[a-zA-Z]/.test(word));
}

/** Fails unless imp knows the command and its flags; what it would do is not asked. */
async function assertParses(words: readonly string[]): Promise<void> {
  const line = `imp ${words.join(" ")}`;
  const first = parseArgs(words, { flags: GLOBAL_FLAGS, stopAtOperand: true }).operands;
  const isGroup = subcommandsOf(first[0] ?? "").length > 0;
  const name = first.slice(0, isGroup ? 2 : 1).join(" ");
  const entry = findCommand(name);
  assert(entry, `The README says "${line}", but there is no command "${name}"`);
  const { command } = await entry.load();
  const flags = [...command.flags, ...GLOBAL_FLAGS];
  parseArgs(first.slice(isGroup ? 2 : 1), {
    flags,
    stopAtOperand: command.operands === "commands",
  });
}

function settingOf({ name, value }: { name: string; value: string | number }) {
  return [name, String(value)];
}
