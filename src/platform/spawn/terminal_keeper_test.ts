import { assert, assertEquals, assertMatch } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { runScript, SpawnedRun } from "../../../tests/support/spawned_run.ts";
import { resizeTerminalOf, stdinReaderOf } from "./job_terminal.ts";
import { exitOfOwnChild, takeEndedChildren } from "../own_children.ts";
import { readProcess } from "../processes/process_table.ts";
import { findShim } from "../processes/process_tree.ts";
import { readMarks } from "../processes/run_marks.ts";
import { toLine, toScriptArgv } from "./terminal_keeper.ts";

const IS_LINUX = Deno.build.os === "linux";
const SIZE = { columns: 97, rows: 31 };

/** A run with a terminal, and a stdin to type into. */
function runInTerminal(script: string): SpawnedRun {
  const dir = Deno.makeTempDirSync({ prefix: "imp-tty-" });
  return runScript(script, { dir, stdinPath: `${dir}/stdin`, terminal: SIZE });
}

function removeDir(run: SpawnedRun): Disposable {
  return { [Symbol.dispose]: () => Deno.removeSync(run.dir, { recursive: true }) };
}

function type(run: SpawnedRun, text: string): void {
  Deno.writeTextFileSync(`${run.dir}/stdin`, text, { create: false });
}

Deno.test("toScriptArgv() calls script as each system has it", () => {
  const called = { shell: "/bin/sh", line: "stty; exec x" };
  assertEquals(toScriptArgv("linux", called), ["script", "-qefc", "stty; exec x", "/dev/null"]);
  const bsd = ["script", "-q", "/dev/null", "/bin/sh", "-c", "stty; exec x"];
  assertEquals(toScriptArgv("darwin", called), bsd);
  assertEquals(toScriptArgv("freebsd", called), bsd);
});

Deno.test("toLine() sets the size first, gives back what was withheld, and becomes the shim", () => {
  const env = { SHELL: "/bin/it's", IMP_RUN_ID: "V3x-1", OTHER: "not mentioned" };
  const options = { size: SIZE, mark: "m", shell: "/bin/sh", shim: ["sh", "-c", "a 'b'"], env };
  assertEquals(toLine(options).split("\n"), [
    "command -p stty echo columns 97 rows 31 2>/dev/null",
    "unset BASH_ENV IMP_JOB_DAEMON_ID IMP_JOB_ID IMP_STATE_DIR SCRIPT IMP_KEEPER",
    String.raw`export SHELL='/bin/it'\''s' IMP_RUN_ID='V3x-1'`,
    String.raw`exec '/bin/sh' '-c' 'a '\''b'\'''`,
  ]);
  const bash = toLine({ ...options, shell: "/bin/bash", shim: ["sh", "-c", "x"] });
  assertEquals(bash.split("\n").at(-1), "exec -a sh '/bin/bash' '-c' 'x'");
});

Deno.test({
  name: "spawnRun() gives a terminal of the right size from the first moment, and all bytes come",
  ignore: !IS_LINUX,
  async fn() {
    await using run = runInTerminal(
      "stty size; for fd in 0 1 2; do test -t $fd && echo tty; done; seq 20000; exit 7",
    );
    using _dir = removeDir(run);
    assertEquals(await run.ended(), "exit.7");
    const expected = ["31 97", "tty", "tty", "tty"];
    for (let line = 1; line <= 20_000; line++) expected.push(String(line));
    assertEquals(run.stdout(), expected.map((line) => `${line}\r\n`).join(""));
    assertEquals(run.stderr(), "");
  },
});

Deno.test({
  name: "spawnRun() in a terminal: the command has its environment, and no pipe of ours",
  ignore: !IS_LINUX,
  async fn() {
    const env = { SHELL: "/no/such shell", BASH_ENV: "/no/such file", "an.odd name": "x 'y'" };
    const dir = Deno.makeTempDirSync({ prefix: "imp-tty-" });
    const options = { dir, env, stdinPath: `${dir}/stdin`, terminal: SIZE };
    await using run = new SpawnedRun(["/usr/bin/env"], options);
    using _dir = removeDir(run);
    assertEquals(await run.ended(), "exit.0");
    const lines = run.stdout().split("\r\n");
    for (const [name, value] of Object.entries(env)) {
      assert(lines.includes(`${name}=${value}`), name);
    }
    const names = lines.map((line) => line.split("=")[0]);
    assert(names.includes("IMP_RUN_ID"));
    assertEquals(names.filter((name) => /SCRIPT|IMP_KEEPER/.test(name!)), []);
    await using listing = runInTerminal("ls -l /proc/self/fd");
    using _listing = removeDir(listing);
    assertEquals(await listing.ended(), "exit.0");
    assertMatch(listing.stdout(), /0 -> \/dev\/pts\//);
    assert(!listing.stdout().includes(listing.runId), listing.stdout());
  },
});

Deno.test({
  name:
    "spawnRun() in a terminal: the shim leads its session and is found by its mark, the keeper has none",
  ignore: !IS_LINUX,
  async fn() {
    await using run = runInTerminal("echo READY; read line; echo got $line; exit 3");
    using _dir = removeDir(run);
    await eventually("READY", () => run.stdout().includes("READY"));
    const { shimPid, pid, runId } = run;
    assertEquals(readProcess(shimPid)?.session, shimPid);
    assertEquals(readProcess(pid)?.comm, "script");
    assertEquals(readMarks(shimPid)?.runId, runId);
    assertEquals(readMarks(pid), undefined);
    const { stateDir } = readMarks(shimPid)!;
    await eventually(
      "no look from before it began",
      () => findShim({ stateDir, runId }) === shimPid,
    );
    assertEquals(stdinReaderOf(shimPid), pid);
    assert(!run.members().some((member) => member.pid === pid));
    type(run, "you\n");
    assertEquals(await run.ended(), "exit.3");
    // Typed text is echoed, as on any terminal.
    assertEquals(run.stdout(), "READY\r\nyou\r\ngot you\r\n");
    takeEndedChildren();
    assertEquals(exitOfOwnChild(pid)?.code, 3);
  },
});

Deno.test({
  name: "resizeTerminalOf() tells the foreground of a terminal, and nothing that has none",
  ignore: !IS_LINUX,
  async fn() {
    await using run = runInTerminal(
      "trap 'stty size; exit 0' WINCH; echo READY; while :; do sleep 0.05; done",
    );
    using _dir = removeDir(run);
    await eventually("READY", () => run.stdout().includes("READY"));
    assertEquals(await resizeTerminalOf(run.shimPid, { columns: 4_096, rows: 1 }), true);
    assertEquals(await run.ended(), "exit.0");
    assertMatch(run.stdout(), /^1 4096\r$/m);
    await using plain = runScript("echo READY; sleep 1000");
    await plain.announced();
    assertEquals(await resizeTerminalOf(plain.shimPid, SIZE), false);
    assertEquals(stdinReaderOf(plain.shimPid), plain.shimPid);
    assertEquals(await resizeTerminalOf(2 ** 22, SIZE), false);
  },
});
