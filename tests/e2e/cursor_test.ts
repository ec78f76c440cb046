/** Few bytes and none twice: budgets and cursors of what shows output. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { lookAt } from "../support/look_at.ts";

/** A job named `talk` that says on each start what is in the file `say`. */
async function addTalk(box: Box, text: string): Promise<void> {
  await box.file("project/say", text);
  await box.impOk(["run", "-q", "--name", "talk", "--", "cat", "say"]);
}

Deno.test("stdout --cursor prints each byte once, through restarts, and says where to go on", async () => {
  await using box = await openBox();
  await addTalk(box, "one\ntwo");
  const first = await lookAt(box, ["stdout", "talk", "--cursor", ""]);
  assertEquals(first.out, "one\ntwo");
  const { stdout } = await box.shell('imp stdout talk --cursor "" 2>&1');
  assertEquals(stdout, `one\ntwo\ncursor ${first.cursor}\n`);
  const idle = await lookAt(box, ["stdout", "talk", "--cursor", first.cursor]);
  assertEquals(idle, { out: "", cursor: first.cursor });
  await addTalk(box, "three\n");
  await addTalk(box, "four\n");
  const next = await lookAt(box, ["stdout", "talk", "--cursor", idle.cursor]);
  assertEquals(next.out, "three\nfour\n");
  assertEquals((await lookAt(box, ["stdout", "talk", "--cursor", next.cursor])).out, "");
});

Deno.test("stdout --max-lines leaves out the middle, and says what prints just that", async () => {
  await using box = await openBox();
  await box.impOk(["run", "-q", "--name", "many", "--", "seq", "1000"]);
  const all = Array.from({ length: 1_000 }, (_, at) => `${at + 1}\n`);
  const shown = await box.impOk(["stdout", "many", "--max-lines", "9"]);
  const lines = shown.split(/(?<=\n)/);
  assertEquals([...lines.slice(0, 2), ...lines.slice(3)], [...all.slice(0, 2), ...all.slice(-6)]);
  const [, lineCount, bytes, command] =
    /^… (\S+) lines, (\S+) bytes left out; (imp .*) …\n$/.exec(lines[2]!) ?? [];
  const rest = (await box.shell(command!)).stdout;
  assertEquals(rest, all.slice(2, -6).join(""));
  assertEquals([lineCount, bytes], ["992", rest.length.toLocaleString("en-US")]);
  const within = await box.impOk(["stdout", "many", "--max-bytes", "1000"]);
  assert(new TextEncoder().encode(within).length <= 1_000);
  assertMatch(within, /^1\n2\n[^]*left out[^]*\n999\n1000\n$/);
});

Deno.test("a cursor that is none, or of another job, is refused with what to do", async () => {
  await using box = await openBox();
  await addTalk(box, "x\n");
  await box.impOk(["run", "-q", "--name", "other", "--", "true"]);
  const { cursor } = await lookAt(box, ["stdout", "talk", "--cursor", ""]);
  for (
    const [args, says] of [
      [["stdout", "talk", "--cursor", "V3x"], "Not a cursor"],
      [["stdout", "talk", "--cursor", cursor.slice(1)], "Not a cursor"],
      [["stdout", "other", "--cursor", cursor], "The cursor is not of job"],
      [["stdout", "talk", "--cursor", cursor, "-n", "3"], "Either --cursor or --lines"],
    ] as const
  ) {
    const { code, stderr } = await box.imp(args);
    assertEquals(code, 2, stderr);
    assert(stderr.includes(says) && stderr.includes("ursor"), stderr);
  }
});

Deno.test("run leaves out the middle of what is too much, stream by stream, and says what prints it", async () => {
  await using box = await openBox();
  const script = "seq 500; seq 501 503 >&2";
  const { stdout, stderr, code } = await box.imp(
    ["run", "--max-lines", "12", "--name", "many", "--", "sh", "-c", script],
  );
  assertEquals(code, 0);
  const both = stdout + stderr;
  assert(both.startsWith("1\n2\n3\n") && both.includes("\n502\n503\n"), both);
  assertEquals(both.trimEnd().split("\n").length <= 12, true, both);
  const command = /^… \S+ lines, \S+ bytes left out; (imp stdout many .*) …$/m.exec(stdout)![1]!;
  assertMatch((await box.shell(command)).stdout, /^4\n5\n[^]*\n49\d\n$/);
});

Deno.test("run --plain --dedupe is for who reads text: no colours, and no line again and again", async () => {
  await using box = await openBox();
  const script = "printf '\\033[32mok\\033[0m\\n1%%\\r55%%\\r99%%\\nwait\\nwait\\nwait\\nend'";
  const print = ["--", "sh", "-c", script];
  assertEquals(
    await box.impOk(["run", "-q", "--plain", ...print]),
    "ok\n99%\nwait\nwait\nwait\nend",
  );
  assertEquals(
    await box.impOk(["run", "-q", "--dedupe", ...print]),
    "ok\n99%\n… redrawn 2 times: 99% …\nwait\n… repeated 2 times: wait …\nend",
  );
});

Deno.test("attach --plain passes on text: no colours, of a progress bar its last state", async () => {
  await using box = await openBox();
  const script =
    "printf '\\033[32mok\\033[0m\\n1%%\\r99%%\\n'; read go; printf '\\033[1mend\\n' >&2; exit 3";
  await box.impOk(["add", "--name", "job", "--stdin", "--", "sh", "-c", script]);
  await using attached = box.startImp(["attach", "--plain", "job"]);
  await attached.stdout.waitFor("99%\n");
  await box.impOk(["send", "job", "go"]);
  const { code, stdout, stderr } = await attached.result();
  assertEquals([code, stdout, stderr.split("\n")[0]], [3, "ok\n99%\n", "end"]);
});

Deno.test("wait and attach show what came since a cursor, run --timeout says where to go on", async () => {
  await using box = await openBox();
  // The time of the run is for its job, and not for the start of a daemon.
  await box.impOk(["ping"]);
  await box.shell("mkfifo gate");
  const script = "echo one; read go < gate; echo two; read go < gate; echo three";
  const first = await box.imp([
    ...["run", "--timeout", "3s", "--cursor", "", "--name", "gated", "--", "sh", "-c", script],
  ]);
  assertEquals([first.code, first.stdout], [124, "one\n"]);
  const cursor = /^cursor (\S+)$/m.exec(first.stderr)![1]!;
  await box.shell("echo > gate");
  await box.impOk(["wait", "gated", "--output", "two"]);
  await using attached = box.startImp(["attach", "gated", "--cursor", cursor]);
  await attached.stdout.waitFor("two\n");
  await box.shell("echo > gate");
  const waited = await lookAt(box, ["wait", "gated", "--cursor", cursor]);
  assertMatch(waited.out, /^\w+ \(gated\): exited\ntwo\nthree\n$/);
  const { output } = await box.impJson(["wait", "gated", "--cursor", cursor]);
  assertEquals(output.map((each: { text?: string }) => each.text), ["two", "three", undefined]);
  assertEquals(output.at(-1).cursor, waited.cursor);
  const { code, stdout } = await attached.result();
  assertEquals([code, stdout], [0, "two\nthree\n"]);
  assertEquals(await box.impOk(["stdout", "gated", "--cursor", waited.cursor]), "");
});
