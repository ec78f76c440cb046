/** The pages name what there is: commands, flags, settings, exit codes, tasks, rooms, each other. */
import { assert, assertEquals } from "@std/assert";
import { ExitCode } from "../src/base/exit_code.ts";
import { exitCodeOf } from "../src/base/exit_code_of.ts";
import type { CommandEntry } from "../src/commands/frame/command.ts";
import { findCommand, subcommandsOf } from "../src/commands/frame/find_command.ts";
import { COMMANDS } from "../src/commands/index.ts";
import { renderCommandHelp } from "../src/commands/output/help_text.ts";
import { GLOBAL_FLAGS } from "../src/commands/frame/parse_args.ts";
import { KEY_BINDINGS } from "../src/tui/keys.ts";
import { FIELD_KEYS } from "../src/tui/text_field.ts";
import { listKeys, shownKey } from "../src/web/page/page_keys.ts";
import { parseArgs } from "./support/parse_args.ts";
import { describeSettings } from "../src/config/describe_settings.ts";
import { loadSettings } from "../src/config/load_settings.ts";
import { DEFAULT_SETTINGS } from "../src/config/settings.ts";
import { assertGolden } from "./support/golden.ts";
import { isTest } from "./support/architecture_rules.ts";
import { ROOMS } from "./support/rooms.ts";
import { readSources } from "./support/source_file.ts";
import { type Page, readPage, readPages, spansOf } from "./support/page.ts";

const PAGES = readPages();
const README = readPage("README.md");
const REFERENCE = readPage("docs/reference.md");
const ARCHITECTURE = readPage("docs/architecture.md");
const ROOT = new URL("../", import.meta.url);
const SOURCES = readSources(ROOT, ["src"]).filter(({ path }) => !isTest(path));
const TASKS: Record<string, unknown> =
  JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))).tasks;
/** What the tasks bench and torture take. */
const TASK_FLAGS = ["--dry-run", "--peers", "--seed", "--rounds", "--minutes"];

/** What a program of the framework takes. */
const PROGRAM_FLAGS = ["--daemon"];

Deno.test("the README has every command, and no other", () => {
  const named = README.table("command")
    .flatMap(([cell]) => spansOf(cell!))
    .filter((span) => /^[a-z]/.test(span) && !span.startsWith("deno "))
    .flatMap(expandCommand);
  for (const name of named) assert(findCommand(COMMANDS, name), `imp has no command "${name}"`);
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

Deno.test("the reference has every key of the screen, in words of its help", () => {
  const told = REFERENCE.table("key of the screen");
  const keys = KEY_BINDINGS.map(({ shown, what, focus }) => [
    `\`${shown}\``,
    what,
    focus ?? "list, output",
  ]);
  const typing = FIELD_KEYS.map(({ shown, what }) => [`\`${shown}\``, what, "what is typed"]);
  assertEquals(told, [...keys, ...typing]);
});

Deno.test("the page about the page has every key of it, in words of its help", () => {
  const told = readPage("docs/web.md").table("key of the page");
  const spanOf = (key: string) => `\`${shownKey(key)}\``;
  assertEquals(told, listKeys().map(({ keys, what }) => [keys.map(spanOf).join(" "), what]));
});

Deno.test("every flag that a page names anywhere is one of imp's", async () => {
  const known = (await Promise.all(COMMANDS.map(({ name }) => flagsOf(name)))).flat();
  const spans = PAGES.flatMap((page) => page.codeSpans()).filter((span) => span.startsWith("-"));
  for (const flag of spans.flatMap(flagsIn)) {
    assert([...known, ...TASK_FLAGS, ...PROGRAM_FLAGS].includes(flag), `Nothing takes ${flag}`);
  }
});

Deno.test("everything that begins with imp on a page can be typed", async () => {
  const shown = PAGES.flatMap((page) => [
    ...page.indentedLines().flatMap((line) => line.replace(/ # .*/, "").split(" ; ")),
    ...page.blocks("sh").flatMap(({ lines }) => lines).map((line) => line.split(/ [>#] /)[0]!),
    ...page.consoleSteps().flatMap(({ command }) => command.split(/ [|;>] |[()]/)),
    ...page.codeSpans(),
  ]).map((line) => line.trim()).filter((line) => /^imp [^.(]/.test(line));
  assert(shown.length > 20);
  for (const line of shown) await assertParses(line.split(/\s+/).slice(1));
});

Deno.test("the pages name every deno task, and no other", () => {
  const text = PAGES.flatMap((page) => [
    ...page.blocks("sh").flatMap(({ lines }) => lines),
    ...page.codeSpans(),
  ]).join("\n");
  const named = [...text.matchAll(/\bdeno(?:@[\d.]+)? task ([\w-]+)/g)].map((match) => match[1]!);
  assertEquals(named.filter((name) => !(name in TASKS)), []);
  assertEquals(Object.keys(TASKS).filter((name) => !named.includes(name)), []);
});

Deno.test("the exit codes of the reference are those of imp", () => {
  const named = REFERENCE.table("code").flatMap(([cell]) => cell!.split(", ").map(Number));
  assertEquals(named, Object.values(ExitCode).toSorted((a, b) => a - b));
});

Deno.test("the settings of the reference are those of imp, with their standard values", () => {
  const named = REFERENCE.table("setting").flatMap(([names, values]) =>
    spansOf(names!).map((name, index) => [name, values!.split(", ")[index]])
  );
  const actual = describeSettings({ settings: DEFAULT_SETTINGS, sources: new Map() });
  assertEquals(Object.fromEntries(named), Object.fromEntries(actual.map(settingOf)));
});

Deno.test("the settings files of the reference are accepted", async () => {
  const blocks = REFERENCE.blocks("yaml");
  assert(blocks.length > 0);
  for (const { lines } of blocks) {
    const path = await Deno.makeTempFile({ suffix: ".yaml" });
    await Deno.writeTextFile(path, lines.join("\n"));
    const { sources } = await loadSettings({ user: [path], project: undefined });
    assertEquals([...sources.values()].filter((source) => source === path).length, lines.length);
    await Deno.remove(path);
  }
});

Deno.test("the rooms of the architecture page are those of the code, and know what they may know there", () => {
  const rows = ARCHITECTURE.table("room").map(([room, , , knows]) =>
    [spansOf(room!)[0]!, spansOf(knows!)] as const
  );
  for (const [path] of rows) Deno.statSync(new URL(path, ROOT));
  const named = rows.filter(([path]) => !/^(tests|tools|types|examples)\//.test(path));
  const rooms = Object.entries(ROOMS).map(([name, { rooms }]) => [
    name.endsWith(".ts") ? name : `src/${name}/`,
    rooms.filter((room) => room !== "base"),
  ]);
  assertEquals(Object.fromEntries(named), Object.fromEntries(rooms));
});

Deno.test("whatever one adds, the architecture page says where in three steps at most", () => {
  const howTos = ARCHITECTURE.sections("How to add");
  const titles = ["A command", "A request", "A setting", "An event", "A probe of readiness"];
  for (const title of titles) assert(howTos.has(title), title);
  for (const [title, lines] of howTos) {
    const steps = lines.join(" ").split(/ (?=\d\. )/).filter((text) => /^\d\. /.test(text));
    assert(steps.length > 0 && steps.length <= 3, `${title}: ${steps.length} steps`);
    const isNamed = (span: string) => /^(src|docs|tests)\/|\.md$/.test(span);
    for (const step of steps) assert(spansOf(step).some(isNamed), `no file in ${step}`);
  }
});

Deno.test("docs/commands.md is the help of every command", async () => {
  const sections = await Promise.all(COMMANDS.filter(({ hidden }) => !hidden).map(helpOf));
  const text = [COMMANDS_HEAD, ...sections].join("\n");
  assertGolden(new URL("docs/commands.md", ROOT), text);
});

Deno.test("every file that a page names is there", () => {
  const named = PAGES.flatMap((page) => page.codeSpans()).filter((span) =>
    /^(?:src|tests|docs|tools|types|\.ci)\/[^\s<>…*]*$/.test(span) && !/[A-Z]{2}\.ts$/.test(span)
  );
  assert(named.length > 50);
  assertEquals(named.filter((path) => !exists(new URL(path, ROOT))), []);
});

Deno.test("the reference has every error code, with its exit code, and no other", () => {
  const rows = REFERENCE.table("error code").flatMap(([codes, exit]) =>
    spansOf(codes!).map((code) => [code, Number(exit)] as const)
  );
  for (const [code, exit] of rows) assertEquals(exit, exitCodeOf(code.replace(/…$/, "x")), code);
  const named = rows.map(([code]) => code);
  const isNamed = (code: string) =>
    named.includes(code) || named.includes(code.replace(/\..*/, ".…"));
  const thrown = errorCodes();
  assert(thrown.length > 80);
  assertEquals(thrown.filter((code) => !isNamed(code)), []);
  const text = SOURCES.map(({ text }) => text).join("\n");
  const unknown = named.filter((code) => !code.endsWith("…") && !text.includes(`"${code}"`));
  assertEquals(unknown, []);
});

Deno.test("every link within the repository leads somewhere", () => {
  const targets = PAGES.flatMap((page) => page.links().map((link) => ({ page, link })));
  assert(targets.length > 5);
  for (const { page, link } of targets) assertLeads(page, link);
});

Deno.test("the README is a door, not a manual", () => {
  const lines = Deno.readTextFileSync(new URL("README.md", ROOT)).trimEnd().split("\n");
  assert(lines.length <= 150, `${lines.length} lines: what is looked up belongs into docs/`);
});

const COMMANDS_HEAD = `# Commands

What \`imp help COMMAND\` says, for every command. Every command also takes the
[flags of every command](reference.md#commands). This page is made from the commands themselves:
\`IMP_GOLDEN=update deno test -A tests/pages_test.ts\` writes it anew.
`;

/** A command's help without the flags of every command. */
async function helpOf(entry: CommandEntry): Promise<string> {
  const { command } = await entry.load();
  const lines = await renderCommandHelp(entry, command, { globalFlags: GLOBAL_FLAGS, width: 90 });
  const [common, next] = [lines.indexOf("Flags of every command:"), lines.indexOf("Examples:")];
  const help = [...lines.slice(2, common), ...lines.slice(next)];
  return [`## imp ${entry.name}`, "", `${entry.summary}.`, "", "```text", ...help, "```", ""]
    .join("\n");
}

/** Every code that an AppError of the product is made with. */
function errorCodes(): string[] {
  const found = SOURCES.flatMap(({ text }) =>
    [...text.matchAll(/AppError\(\s*"([a-z]+\.[a-z_]+)"/g)].map((match) => match[1]!)
  );
  return [...new Set(found)];
}

/** Fails unless the file that a link of `page` names is there, and has the heading it names. */
function assertLeads(page: Page, link: string): void {
  const url = new URL(link, new URL(page.path, ROOT));
  const path = url.href.slice(ROOT.href.length).replace(/#.*/, "");
  const isThere = page.path === path || exists(new URL(path, ROOT));
  assert(isThere, `${page.path} has a link to ${link}, where nothing is`);
  const anchor = url.hash.slice(1);
  if (anchor === "") return;
  assert(readPage(path).anchors().includes(anchor), `${page.path}: ${path} has no #${anchor}`);
}

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url) !== undefined;
  } catch {
    return false;
  }
}

/** ``daemon start|stop`` and `stdout JOB` as the names of commands. */
function expandCommand(span: string): string[] {
  const words = span.replace(/^.*\| imp /, "").split(" ");
  if (subcommandsOf(COMMANDS, words[0]!).length === 0) return [words[0]!];
  return words[1]!.split("|").map((second) => `${words[0]} ${second}`);
}

async function flagsOf(name: string): Promise<string[]> {
  const { flags } = (await findCommand(COMMANDS, name)?.load())?.command ?? { flags: [] };
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
  const isGroup = subcommandsOf(COMMANDS, first[0] ?? "").length > 0;
  const name = first.slice(0, isGroup ? 2 : 1).join(" ");
  // `imp --version` is no command, but parsed above.
  if (name === "") return;
  const entry = findCommand(COMMANDS, name);
  assert(entry, `A page says "${line}", but there is no command "${name}"`);
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
