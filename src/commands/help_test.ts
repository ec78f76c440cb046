import { assert, assertEquals } from "@std/assert";
import { createFakeContext } from "../../tests/support/fake_context.ts";
import { command as help } from "./help.ts";
import { findCommand } from "./frame/find_command.ts";
import { COMMANDS } from "./index.ts";
import { GLOBAL_FLAGS } from "./frame/parse_args.ts";
import { parseArgs } from "../../tests/support/parse_args.ts";

async function helpFor(...words: string[]): Promise<string> {
  const ctx = createFakeContext();
  await help.run(ctx, parseArgs(words, { flags: [] }));
  return ctx.out();
}

Deno.test("every command has a summary, usage, examples, output and exit codes", async () => {
  for (const entry of COMMANDS) {
    const { command } = await entry.load();
    assert(entry.summary.length > 0 && entry.summary.length <= 50, entry.name);
    assert(command.usage.length > 0 && command.output.length > 0, entry.name);
    assert(command.examples.length > 0, entry.name);
    assert(Object.keys(command.exitCodes).length > 0, entry.name);
    for (const example of command.examples) assert(example.command.includes("imp"), entry.name);
  }
});

Deno.test("names, aliases and flags of commands are unique", async () => {
  const names = COMMANDS.flatMap((entry) => [entry.name, ...(entry.aliases ?? [])]);
  assertEquals(names.length, new Set(names).size);
  for (const entry of COMMANDS) {
    const flags = [...(await entry.load()).command.flags, ...GLOBAL_FLAGS];
    const words = flags.flatMap(({ name, short }) => short ? [name, short] : [name]);
    assertEquals(words.length, new Set(words).size, entry.name);
  }
});

Deno.test("E5 only commands that the contract names may start a daemon, and those that look only to carry on", () => {
  const never = ["overview", "status", "daemon status", "daemon stop", "doctor", "completion"];
  for (const name of [...never, "enable", "disable"]) {
    assert(["apart", "adds"].includes(findCommand(COMMANDS, name)!.nature), name);
  }
  const named = (nature: string) =>
    COMMANDS.filter((entry) => entry.nature === nature).map(({ name }) => name);
  assertEquals(named("adds"), ["run", "add", "exec", "up", "daemon run", "daemon start", "enable"]);
  assertEquals(named("looks"), [
    "list",
    "show",
    "why",
    "ports",
    "logs",
    "stdout",
    "stderr",
    "diff",
  ]);
  assertEquals(named("ends"), ["stop", "remove", "signal", "cleanup", "nuke", "down"]);
  assertEquals(
    named("drives"),
    [
      "start",
      "restart",
      "set",
      "keep",
      "rename",
      "wait",
      "attach",
      "send",
      "events",
      "tui",
      "web",
      "save",
      "ping",
      "daemon restart",
    ],
  );
});

Deno.test("help of a command shows all its parts in 80 columns", async () => {
  const text = await helpFor("rm");
  assertEquals(
    text,
    `imp remove: Remove jobs with their logs

Usage: imp remove JOB… [-f]
       imp remove --all [-f]
Also: rm

Removes jobs that are down, with their runs and logs. With -f one that is up is
stopped first.

Flags:
      --all    All jobs instead of named ones
  -f, --force  Stop the job first when it is up

Flags of every command:
      --daemon-id ID  Use the daemon ID instead of the project's own
      --json          Print JSON: one value, or one a line for streams
      --fields A,B    JSON with these fields only, such as id,watch.paths
  -q, --quiet         Print only what was asked for, no notes
      --no-color      No colours (also: NO_COLOR)
      --takeover      Let this version replace a newer daemon
  -h, --help          Show help
  -V, --version       Show versions of imp, Deno, V8 and the protocol

Examples:
  imp rm api     # a job that is down
  imp rm -f api  # whatever it does

Output:
  One line a job: Removed job V3x. With --json
  {"removed":["V3x"],"survivors":[…]}, what could not be ended.

Exit codes:
    0  they are gone
    1  a process is still there, and so is its job
    2  wrong usage
    4  no such job or run
    5  the daemon is newer and speaks another protocol
    6  a job is up: nothing was removed
   69  the daemon could not be started or does not answer
`,
  );
});

Deno.test("help lists every command that is not hidden, in lines that fit a terminal", async () => {
  const lines = (await helpFor()).split("\n");
  for (const entry of COMMANDS) {
    const isListed = lines.some((line) => line.startsWith(`  ${entry.name}`));
    assertEquals(isListed, !entry.hidden, entry.name);
  }
  for (const line of lines) assert(line.length <= 80, line);
});

Deno.test("help of a group lists its subcommands", async () => {
  const text = await helpFor("daemon");
  assert(text.includes("imp daemon restart"), text);
});

Deno.test("help --json is the whole table as data", async () => {
  const ctx = createFakeContext({ json: true });
  await help.run(ctx, parseArgs([], { flags: [] }));
  const { commands } = JSON.parse(ctx.out());
  const run = commands.find((each: { name: string }) => each.name === "run");
  assertEquals(run.may_start_daemon, true);
  assert(run.usage[0].startsWith("imp run"));
  assert(run.exit_codes["127"] && run.flags.length > 0 && run.examples.length > 0 && run.output);
});

Deno.test("E3 help of set shows no default: what is not named stays", async () => {
  const text = await helpFor("set");
  assert(!text.includes("default:"), text);
  assert(!text.includes("that of this call"), text);
  assert((await helpFor("add")).includes("(default: TERM)"));
});
