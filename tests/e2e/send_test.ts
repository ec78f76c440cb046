/** What `imp send` does: words, all of a stdin, and the end of one. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Adds a job that runs a line of shell with a stdin. */
async function addJob(box: Box, name: string, script: string, flags = ["--stdin"]): Promise<void> {
  await box.impOk(["add", "-q", "--name", name, ...flags, "--", "sh", "-c", script]);
}

async function codeOf(box: Box, args: readonly string[]): Promise<[number, string]> {
  const { code, stderr } = await box.imp(["--json", ...args]);
  return [code, stderr === "" ? "" : JSON.parse(stderr).error.code];
}

Deno.test("send --eof ends the stdin of a job, behind the words or alone", async () => {
  await using box = await openBox();
  await addJob(box, "cat", "cat");
  await box.impOk(["send", "cat", "one"]);
  await box.impOk(["send", "cat", "two", "words"]);
  await box.impOk(["send", "cat", "--eof"]);
  await box.impOk(["wait", "cat"]);
  assertEquals(await box.impOk(["stdout", "cat"]), "one\ntwo words\n");
  await box.impOk(["restart", "cat"]);
  await box.impOk(["send", "cat", "-n", "--eof", "last"]);
  await box.impOk(["wait", "cat"]);
  assertEquals(await box.impOk(["stdout", "cat"]), "last");
});

Deno.test("send says that a stdin has ended, and lets it end again", async () => {
  await using box = await openBox();
  await addJob(box, "job", "cat; echo END; exec sleep 1000");
  await box.impOk(["send", "job", "--eof"]);
  await eventually(
    "it has seen the end",
    async () => (await box.impOk(["stdout", "job"])) === "END\n",
  );
  assertEquals(await codeOf(box, ["send", "job", "more"]), [6, "job.stdin_ended"]);
  assertEquals(await codeOf(box, ["send", "job", "-"]), [6, "job.stdin_ended"]);
  assertEquals(await codeOf(box, ["send", "job", "more", "--eof"]), [6, "job.stdin_ended"]);
  assertEquals(await codeOf(box, ["send", "job", "--eof"]), [0, ""]);
  assertStringIncludes((await box.imp(["send", "job", "more"])).stderr, "imp restart job");
});

Deno.test("send --eof alone does not take what is on stdin, and says so", async () => {
  await using box = await openBox();
  await addJob(box, "cat", "cat");
  const { code, stderr } = await box.shell("echo lost | imp send cat --eof");
  assertEquals(code, 0);
  assertStringIncludes(stderr, "what is on stdin was not sent; imp send JOB - --eof does that");
  await box.impOk(["wait", "cat"]);
  assertEquals(await box.impOk(["stdout", "cat"]), "");
});

Deno.test("send passes a stdin of any size on as it is, with - or without words", async () => {
  await using box = await openBox();
  await box.shell("printf 'a\\0\\377\\r\\n\\004b' > odd");
  for (const size of [0, 1, 64 * KIB, 64 * KIB + 1, 5 * MIB]) {
    await box.shell(`head -c ${size} /dev/urandom > ${size}`);
  }
  for (const name of ["odd", 0, 1, 64 * KIB, 64 * KIB + 1, 5 * MIB]) {
    for (const send of [`imp send job - --eof < ${name}`, `cat ${name} | imp send job`]) {
      await addJob(box, "job", "cat > got");
      const { code, stderr } = await box.shell(send);
      assertEquals([code, stderr], [0, ""], send);
      await box.impOk(["send", "job", "--eof"], { input: "" }).catch(() => {});
      await eventually("it has ended", async () => (await box.imp(["wait", "job"])).code === 0);
      assertEquals((await box.shell(`cmp ${name} got`)).stdout, "", `${name}`);
      await box.impOk(["remove", "job"]);
    }
  }
});

Deno.test("send --timeout gives up with 124 and says how much was sent; the job goes on with it", async () => {
  await using box = await openBox();
  const gate = `${box.project}/gate`;
  await box.run(["mkfifo", gate]);
  await addJob(box, "job", "read go < gate; wc -c");
  // Words: they are there to be written before the time begins, and are more than a pipe takes.
  const words = "x".repeat(100 * KIB);
  const { code, stderr } = await box.imp([
    ...["--json", "send", "job", words, "--timeout", "300ms"],
  ]);
  assertEquals(code, 124);
  const { error } = JSON.parse(stderr);
  assertEquals(error.code, "send.timed_out");
  const sent = Number(/(\d+) bytes were sent/.exec(error.message)![1]);
  assert(sent >= 4 * KIB && sent < words.length, error.message);
  assertEquals(await codeOf(box, ["send", "job", "more", "--timeout", "300ms"]), [
    124,
    "send.timed_out",
  ]);
  await Deno.writeTextFile(gate, "go\n");
  await box.impOk(["send", "job", "more"]);
  await box.impOk(["send", "job", "--eof"]);
  await box.impOk(["wait", "job"]);
  assertEquals(await box.impOk(["stdout", "job"]), `${sent + 5}\n`);
});

Deno.test("send --eof types Ctrl+D in a terminal", async () => {
  await using box = await openBox();
  await addJob(box, "t", "cat; echo END", ["--tty"]);
  await box.impOk(["send", "t", "line"]);
  await box.impOk(["send", "t", "--eof"]);
  await box.impOk(["wait", "t"]);
  const shown = await box.impOk(["stdout", "t"]);
  assertStringIncludes(shown, "line\r\nline\r\n");
  assert(shown.endsWith("END\r\n"), shown);
});

Deno.test("what a run has as stdin is what it was started with, whatever its job is defined as by now", async () => {
  await using box = await openBox();
  const command = ["--", "sh", "-c", "exec sleep 1000"];
  await box.impOk(["add", "--name", "job", ...command]);
  await box.impOk(["add", "--name", "job", "--stdin", ...command]);
  assertEquals(await codeOf(box, ["send", "job", "x"]), [6, "job.no_stdin"]);
  await box.impOk(["restart", "job"]);
  assertEquals(await codeOf(box, ["send", "job", "x"]), [0, ""]);
});
