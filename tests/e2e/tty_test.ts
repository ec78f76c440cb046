/** Jobs with a terminal of their own: what the job sees of it, and that nothing else is different. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";

const HOLD = fixture("hold.sh");
/** The rounds of the test that looks for lost bytes; 200 by hand. */
const ROUNDS = Number(Deno.env.get("IMP_TTY_ROUNDS") ?? 10);

async function waitForOutput(box: Box, job: string, pattern: RegExp): Promise<string> {
  let shown = "";
  return await eventually(`${job} shows ${pattern}`, async () => {
    shown = await box.impOk(["stdout", job]);
    return pattern.test(shown) ? shown : undefined;
  }, { explain: () => shown });
}

Deno.test("a job with --tty sees a terminal: of 80×24 where nobody has one, with colours and a kind", async () => {
  await using box = await openBox();
  await box.file("project/sub/file", "");
  const script = "stty size; for fd in 0 1 2; do test -t $fd || exit 9; done; echo $TERM; " +
    "ls --color=auto; echo err >&2; exit 7";
  const env = { TERM: "dumb", LS_COLORS: "di=01;34" };
  const run = await box.imp(["run", "--tty", "--", "sh", "-c", script], { env });
  assertEquals(run.code, 7);
  const [size, kind, , ...rest] = run.stdout.split("\r\n");
  assertEquals([size, kind], ["24 80", "xterm-256color"]);
  assertStringIncludes(run.stdout, "\x1b[01;34msub\x1b[0m");
  assertEquals([rest.includes("err") || run.stdout.includes("err\r\n"), run.stderr], [true, ""]);
  assertMatch(await box.impOk(["show", (await box.impJson(["ls"])).jobs[0].id]), /terminal +80×24/);
});

Deno.test(`${ROUNDS} runs with a terminal lose nothing of their end, and have their codes`, async () => {
  await using box = await openBox();
  const script = "head -c 75000 /dev/zero | base64 -w 99; exit 7";
  for (let round = 0; round < ROUNDS; round++) {
    const run = await box.imp(["run", "--tty", "--", "sh", "-c", script]);
    assertEquals([run.code, run.stdout.length], [7, 102_022], `round ${round}`);
  }
});

Deno.test("a job with a terminal is typed to, restarted and stopped like any other, and nothing is left", async () => {
  await using box = await openBox();
  const python = ["python3", "-u", "-c", "print('got', input('name? ')); input('more? ')"];
  await box.impOk(["add", "--name", "ask", "--tty", "--", ...python]);
  await waitForOutput(box, "ask", /name\? $/);
  await box.impOk(["send", "ask", "you"]);
  await waitForOutput(box, "ask", /name\? you\r\ngot you\r\nmore\? $/);
  await box.impOk(["restart", "ask"]);
  await waitForOutput(box, "ask", /^name\? $/);
  await box.impOk(["stop", "ask"]);
  const { status, signal } = await box.impJson(["show", "ask"]);
  assertEquals([status, signal], ["stopped", "SIGTERM"]);
  const left = (await box.processes()).filter(({ command }) => /script|python/.test(command));
  assertEquals(left, []);
});

Deno.test("a job with a terminal outlives its daemon, also one that dies before it has noted the start", async () => {
  await using box = await openBox();
  const script = 'echo READY; read line; echo "got $line"; exit 5';
  await box.impOk(["add", "--name", "t", "--tty", "--", "sh", "-c", script]);
  const { pid } = await box.impJson(["show", "t"]);
  await killDaemon(box);
  const shown = await box.impJson(["show", "t"]);
  assertEquals([shown.status, shown.pid], ["running", pid]);
  await box.impOk(["send", "t", "it"]);
  assertEquals((await box.imp(["wait", "t"])).code, 5);
  await waitForOutput(box, "t", /READY\r\nit\r\ngot it\r\n$/);
  await box.impOk(["daemon", "stop"]);
  const env = { IMP_FAIL: "spawn.after_launch:abort" };
  await box.imp(["start", "t"], { env });
  await eventually("adopted", async () => (await box.impJson(["show", "t"])).status === "running");
  await box.impOk(["send", "t", "again"]);
  assertEquals((await box.imp(["wait", "t"])).code, 5);
});

Deno.test("imp set gives a job a terminal and takes it away, from its next start on", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "e", "--", ...HOLD]);
  const given = await box.imp(["set", "e", "--tty"]);
  assertStringIncludes(given.stderr, "From its next start on: terminal");
  await box.impOk(["restart", "e"]);
  const withOne = await box.impJson(["show", "e"]);
  assertEquals(withOne.terminal_size, { columns: 80, rows: 24 });
  assertMatch(await Deno.readLink(`/proc/${withOne.pid}/fd/1`), /^\/dev\/pts\//);
  await box.impOk(["set", "e", "--no-tty", "--now"]);
  const without = await box.impJson(["show", "e"]);
  assertEquals(without.terminal_size, undefined);
  assert(!(await Deno.readLink(`/proc/${without.pid}/fd/1`)).startsWith("/dev/pts"));
  assertEquals((await box.imp(["set", "e", "--tty", "--no-tty"])).code, 2);
});
