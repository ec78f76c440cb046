/** Being at the terminal of a job: in a real one, which is tmux. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { attach, SIZE, testAttached } from "../support/attaching.ts";
import { openTerminal } from "../support/pty.ts";

/** Says its size whenever that changes, and repeats what it is told; ends with code 7 when it is told to. */
const ECHO = `trap 'stty size' WINCH; echo READY; stty size
while :; do read line || continue; [ "$line" = quit ] && exit 7; echo "got $line"; done`;
const ECHO_COMMAND = ["sh", "-c", ECHO];

async function addEcho(box: Box): Promise<void> {
  await box.impOk(["add", "--name", "echo", "--tty", "--", ...ECHO_COMMAND]);
  await eventually(
    "it is ready",
    async () => (await box.impOk(["stdout", "echo"])).includes("READY") || undefined,
  );
}

async function sizeOf(box: Box, job: string): Promise<string> {
  const { terminal_size: { columns, rows } } = await box.impJson(["show", job]);
  return `${columns}x${rows}`;
}

async function waitForSize(box: Box, job: string, size: string): Promise<void> {
  await eventually(`${job} is ${size}`, async () => await sizeOf(box, job) === size || undefined);
}

await testAttached(
  "a prompt is answered, and the exit code is the job's",
  ["python3"],
  async (box) => {
    const script = "print('you are', input('name? ')); raise SystemExit(int(input('code? ')))";
    await box.impOk(["add", "--name", "ask", "--tty", "--", "python3", "-c", script]);
    await using terminal = await attach(box, "ask");
    await terminal.waitForScreen(/^name\?$/m);
    await terminal.type("Ada");
    await terminal.press("Enter");
    await terminal.waitForScreen(/^name\? Ada\nyou are Ada\ncode\?$/m);
    await terminal.type("13");
    await terminal.press("Enter");
    assertEquals(await terminal.waitForEnd(), 13);
    assertStringIncludes(await terminal.screen(), "has ended: failed (13)");
  },
);

await testAttached(
  "keys that are typed before anything is there are not lost",
  ["python3"],
  async (box) => {
    const script = "print('you are', input('name? '))";
    await box.impOk(["add", "--name", "ask", "--tty", "--", "python3", "-c", script]);
    await using terminal = await openTerminal(box, "echo NOW; imp attach ask", SIZE);
    await terminal.waitForScreen("NOW");
    await terminal.type("Ada Lovelace");
    await terminal.press("Enter");
    assertEquals(await terminal.waitForEnd(), 0);
    assertStringIncludes(await terminal.screen(), "you are Ada Lovelace");
  },
);

await testAttached(
  "the job's terminal is as large as ours, also when that changes, and Ctrl+C goes to the job",
  [],
  async (box) => {
    await addEcho(box);
    await using terminal = await attach(box, "echo");
    await terminal.waitForScreen(/READY\n24 80[^]*^15 70$/m);
    await terminal.resize(60, 12);
    await terminal.waitForScreen(/^12 60$/m);
    await waitForSize(box, "echo", "60x12");
    await terminal.press("C-c");
    assertEquals(await terminal.waitForEnd(), 130);
  },
);

await testAttached(
  "Ctrl+\\ d detaches, the job goes on, and what was on its screen is there again",
  [],
  async (box) => {
    await addEcho(box);
    await using terminal = await attach(box, "echo");
    await terminal.waitForScreen("READY");
    await terminal.type("one");
    await terminal.press("Enter");
    await terminal.waitForScreen("got one");
    await terminal.press("C-\\");
    await terminal.type("d");
    assertEquals(await terminal.waitForEnd(), 0);
    assertMatch(
      await terminal.screen(),
      /Detached from job .* goes on; come back with: imp\s+attach/,
    );
    assertEquals((await box.impJson(["show", "echo"])).status, "running");
    await using again = await attach(box, "echo");
    await again.waitForScreen(/got one/);
    await again.type("quit");
    await again.press("Enter");
    assertEquals(await again.waitForEnd(), 7);
  },
);

await testAttached("Ctrl+\\ twice is sent once", [], async (box) => {
  await addEcho(box);
  await using terminal = await attach(box, "echo");
  await terminal.waitForScreen("READY");
  await terminal.press("C-\\", "C-\\");
  assertEquals(await terminal.waitForEnd(), 131);
});

await testAttached(
  "two may be attached: both see and type, and the size is that of who changed it last",
  [],
  async (box) => {
    await addEcho(box);
    await using one = await attach(box, "echo");
    await one.waitForScreen("READY");
    await waitForSize(box, "echo", "70x15");
    await using other = await attach(box, "echo", { columns: 50, rows: 10 });
    await one.waitForScreen(/^10 50$/m);
    await other.waitForScreen("READY");
    await one.type("from one");
    await one.press("Enter");
    await other.waitForScreen("got from one");
    await other.type("from other");
    await other.press("Enter");
    await one.waitForScreen("got from other");
    await one.resize(66, 14);
    await other.waitForScreen(/^14 66$/m);
    await other.press("C-\\");
    await other.type("d");
    assertEquals(await other.waitForEnd(), 0);
    await one.type("quit");
    await one.press("Enter");
    assertEquals(await one.waitForEnd(), 7);
  },
);

await testAttached(
  "a restart is followed into the next run, which gets the keys and has the size",
  [],
  async (box) => {
    await addEcho(box);
    await using terminal = await attach(box, "echo");
    await terminal.waitForScreen("READY");
    await box.impOk(["restart", "echo"]);
    await terminal.waitForScreen(/was started again \(run 2\)\n[^]*READY\n15 70$/m);
    await terminal.type("hello");
    await terminal.press("Enter");
    await terminal.waitForScreen("got hello");
    await box.impOk(["stop", "echo"]);
    assertEquals(await terminal.waitForEnd(), 143);
    assertStringIncludes(await terminal.screen(), "has ended: stopped (SIGTERM)");
  },
);

await testAttached(
  "F150 kill -9 of the daemon is not noticed by who is attached, and others attach again",
  [],
  async (box) => {
    await addEcho(box);
    await using terminal = await attach(box, "echo");
    await terminal.waitForScreen("READY");
    await killDaemon(box);
    await terminal.type("without");
    await terminal.press("Enter");
    await terminal.waitForScreen("got without");
    await using other = await attach(box, "echo", { columns: 50, rows: 10 });
    await other.waitForScreen("got without");
    // The next daemon is told our size as well: again, for those that both told it when they came to it, the other one's
    // last, may have been one change for the job.
    let columns = 61;
    await eventually("the other is shown our size", async () => {
      await terminal.resize(columns, 13);
      columns = 61 + (columns % 2);
      return /^13 6[12]$/m.test(await other.screen());
    });
    await other.type("quit");
    await other.press("Enter");
    assertEquals(await other.waitForEnd(), 7);
    assertEquals(await terminal.waitForEnd(), 7);
  },
);

await testAttached(
  "run --tty on a terminal attaches to what it has started, and is joined",
  [],
  async (box) => {
    await box.file("project/echo.sh", ECHO);
    await using terminal = await openTerminal(box, "imp run --tty -- sh echo.sh", SIZE);
    await terminal.waitForScreen(/^READY\n15 70$/m);
    await terminal.type("hello");
    await terminal.press("Enter");
    await terminal.waitForScreen("got hello");
    await terminal.press("C-\\");
    await terminal.type("d");
    assertEquals(await terminal.waitForEnd(), 0);
    await using joined = await openTerminal(box, "imp run --tty -- sh echo.sh", SIZE);
    await joined.waitForScreen(/already up[^]*got hello/);
    await joined.type("quit");
    await joined.press("Enter");
    assertEquals(await joined.waitForEnd(), 7);
  },
);

await testAttached(
  "a job that reads nothing is left all the same, however much was typed",
  [],
  async (box) => {
    await box.impOk(["add", "--name", "deaf", "--tty", "--", "sh", "-c", "echo READY; sleep 1000"]);
    await using terminal = await attach(box, "deaf");
    await terminal.waitForScreen("READY");
    for (let round = 0; round < 50; round++) await terminal.type("x".repeat(4_000));
    await terminal.press("C-\\");
    await terminal.type("d");
    assertEquals(await terminal.waitForEnd(), 0);
  },
);

Deno.test("without a terminal of its own a job's output comes from its beginning to its end, with its code", async () => {
  await using box = await openBox();
  const script =
    "echo first; echo second >&2; while [ ! -e go ]; do sleep 0.05; done; echo last; exit 9";
  await box.impOk(["add", "--name", "j", "--", "sh", "-c", script]);
  await using attached = box.startImp(["attach", "j"]);
  await attached.waitForStdout(/first\n/);
  await box.file("project/go", "");
  const end = await attached.result();
  assertEquals([end.code, end.stdout, end.stderr], [9, "first\nlast\n", "second\n"]);
});

Deno.test("a job with a terminal is followed where imp has none, and its stdin is left alone", async () => {
  await using box = await openBox();
  const script =
    "test -t 0 && test -t 1 && echo terminal; ls --color=always -d .; read line; exit 4";
  await box.impOk(["add", "--name", "t", "--tty", "--", "sh", "-c", script]);
  await using attached = box.startImp(["attach", "t"]);
  await attached.write("not for it\n");
  await attached.waitForStdout(/terminal\r\n[^]*\.[^]*\n/);
  await box.impOk(["send", "t", "it"]);
  const end = await attached.result();
  assertEquals(end.code, 4);
  assert(!end.stdout.includes("not for it"), end.stdout);
});

Deno.test("F154 a job does not attach to itself, with a terminal or without", async () => {
  await using box = await openBox();
  for (const flags of [["--tty"], []]) {
    const script = "imp attach self; echo code $?";
    await box.impOk(["add", "--name", "self", ...flags, "--", "sh", "-c", script]);
    assertEquals((await box.imp(["wait", "self"])).code, 0);
    const shown = await box.impOk(["logs", "self"]);
    // The two streams need not have come in this order.
    assertMatch(shown, /You are in job \S+ \(self\) already/);
    assertMatch(shown, /^code 2$/m);
    await box.impOk(["rm", "self"]);
  }
});

Deno.test("a job that is down is not attached to, and --json tells what it prints", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "down", "--", "true"]);
  await box.impOk(["wait", "down"]);
  const refused = await box.imp(["attach", "down"]);
  assertEquals(refused.code, 6);
  assertMatch(refused.stderr, /it is down \(exited\)[^]*imp start down[^]*imp logs down/);
  assertEquals((await box.imp(["attach", "nobody"])).code, 4);
  assertEquals((await box.imp(["attach"])).code, 2);
  await box.impOk(["add", "--name", "t", "--tty", "--", "sh", "-c", "echo hi; read line; exit 3"]);
  await using attached = box.startImp(["attach", "t", "--json"]);
  await attached.waitForStdout(/hi/);
  await box.impOk(["send", "t", "x"]);
  const { code, stdout } = await attached.result();
  const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([code, lines[0].job.name, lines.at(-1).exit_code], [3, "t", 3]);
  const text = lines.filter(({ type }) => type === "output").map((line) => line.text).join("");
  assertEquals(text, "hi\r\nx\r\n");
});
