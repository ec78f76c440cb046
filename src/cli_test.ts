import { assert, assertEquals } from "@std/assert";
import { createFakeStream } from "../tests/support/fake_context.ts";
import { FakeClock } from "../tests/support/fake_clock.ts";
import { AppError } from "./base/app_error.ts";
import { runCli } from "./cli.ts";
import type { CliProcess } from "./commands/frame/context.ts";

const INTERRUPTION = new AppError("interrupted", "Interrupted");

/** Runs one call of imp with streams of its own. */
async function imp(argv: readonly string[], change: Partial<CliProcess> = {}) {
  const [stdout, stderr] = [createFakeStream(), createFakeStream()];
  const cli: CliProcess = {
    stdin: {
      isTerminal: true,
      bytes: new Blob([]).stream(),
      look: () => Promise.resolve({ isNothing: false, hasBytes: false }),
    },
    stdout,
    stderr,
    clock: new FakeClock(),
    signal: new AbortController().signal,
    forcedEnd: new Promise<never>(() => {}),
    cwd: () => "/",
    isInterruption: (error) => error === INTERRUPTION,
    ...change,
  };
  const code = await runCli(argv, cli);
  return { code, out: stdout.text(), err: stderr.text() };
}

Deno.test("runCli() tells an error in a line, with a hint, and the exit code of its family", async () => {
  assertEquals(await imp(["lits"]), {
    code: 2,
    out: "",
    err: 'imp: Unknown command "lits"\nhint: Did you mean imp list?\n',
  });
});

Deno.test("runCli() tells an error as one line of JSON with --json, and leaves stdout clean", async () => {
  for (const argv of [["lits", "--json"], ["--json", "lits"], ["list", "--bogus", "--json"]]) {
    const { code, out, err } = await imp(argv);
    assertEquals([code, out, err.split("\n").length], [2, "", 2]);
    assert(JSON.parse(err).error.code.startsWith("usage."));
  }
});

Deno.test("runCli() does not take a flag of the job's for its own", async () => {
  const { err } = await imp(["run", "--bogus", "--", "x", "--json"]);
  assert(err.startsWith('imp: Unknown flag "--bogus"'), err);
});

Deno.test("runCli() takes global flags before and after the command", async () => {
  const values = await Promise.all([
    imp(["--json", "version"]),
    imp(["version", "--json"]),
    imp(["--version", "--json"]),
    imp(["list", "-V", "--json"]),
  ]);
  for (const { code, out } of values) {
    assertEquals(code, 0);
    assertEquals(Object.keys(JSON.parse(out)), ["version", "build", "deno", "v8", "protocol"]);
  }
});

Deno.test("runCli() shows the same help however it is asked for", async () => {
  const [first, ...others] = await Promise.all([
    imp(["help", "stop"]),
    imp(["stop", "--help"]),
    imp(["-h", "stop"]),
    imp(["stop", "-h", "job"]),
  ]);
  assert(first!.out.startsWith("imp stop: "));
  for (const other of others) assertEquals(other, first);
  const [all, ...same] = await Promise.all([imp(["help"]), imp(["--help"]), imp(["-h"])]);
  for (const other of same) assertEquals(other, all);
  assertEquals(await imp(["daemon", "--help"]), await imp(["help", "daemon"]));
});

Deno.test("runCli() leaves help for the job when it stands behind its command", async () => {
  const { err } = await imp(["add", "--cwd", "/nonexistent", "npm", "--help"]);
  assert(err.startsWith('imp: No such directory: "/nonexistent"'), err);
});

Deno.test("runCli() knows the daemon's commands by two words and by --daemon", async () => {
  assertEquals((await imp(["daemon"])).code, 2);
  assertEquals((await imp(["daemon", "stpo"])).err.includes("imp daemon stop"), true);
  assert((await imp(["--daemon", "--help"])).out.startsWith("imp daemon run: "));
  assert((await imp(["daemon", "-q", "run", "--help"])).out.startsWith("imp daemon run: "));
});

Deno.test("F42 runCli() ends quietly when nobody reads its output any more", async () => {
  const closed = new AppError("output.closed", "Nobody reads stdout any more");
  const stdout = { ...createFakeStream(), write: () => Promise.reject(closed) };
  const { code, err } = await imp(["help"], { stdout });
  assertEquals([code, err], [141, ""]);
});

Deno.test("runCli() calls what is no AppError a bug, with a trace", async () => {
  const stdout = { ...createFakeStream(), write: () => Promise.reject(new TypeError("oops")) };
  const { code, err } = await imp(["help"], { stdout });
  assertEquals(code, 70);
  assert(err.startsWith("imp: This is a bug in imp: oops\n") && err.includes("cli_test.ts"), err);
});

Deno.test("F50 runCli() names the limit of the system that is in the way, without a trace", async () => {
  const full = Object.assign(new Error("Too many open files (os error 24)"), { code: "EMFILE" });
  const stdout = { ...createFakeStream(), write: () => Promise.reject(full) };
  const { code, err } = await imp(["help"], { stdout });
  assertEquals(code, 69);
  const hint = "hint: Raise the limit of open files (`ulimit -n`) for imp; it needs 32 and more\n";
  assertEquals(err, `imp: Too many open files (os error 24)\n${hint}`);
});

Deno.test("runCli() ends with 130 and without a word at Ctrl+C", async () => {
  const stdout = { ...createFakeStream(), write: () => Promise.reject(INTERRUPTION) };
  const { code, err } = await imp(["help"], { stdout });
  assertEquals([code, err], [130, ""]);
});

Deno.test("runCli() leaves a command behind that does not heed Ctrl+C", async () => {
  const stdout = { ...createFakeStream(), write: () => new Promise<never>(() => {}) };
  const { code } = await imp(["help"], { stdout, forcedEnd: Promise.resolve(130) });
  assertEquals(code, 130);
});

Deno.test("runCli() shows control characters of an error instead of obeying them", async () => {
  const { err } = await imp(["list", "\x1b]0;title\x07"]);
  assert(!err.includes("\x1b"), JSON.stringify(err));
});
