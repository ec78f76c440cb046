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
