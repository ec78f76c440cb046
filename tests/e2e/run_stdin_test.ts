/** What `imp run` does with what is on its stdin. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";

const MIB = 1024 * 1024;
const NOTE = "what is on stdin is not passed on; imp run --stdin does that";

/** Runs a line of shell in which `imp` is the one under test. */
async function lines(box: Box, script: string) {
  const { stdout, stderr, code } = await box.shell(script);
  return { out: stdout, err: stderr, code };
}

Deno.test("run --stdin passes stdin on as it is, and its end: a pipe, a file, a here-document, nothing", async () => {
  await using box = await openBox();
  assertEquals(await lines(box, "printf 'b\\na\\n' | imp run -i -- sort"), {
    ...{ out: "a\nb\n", err: "", code: 0 },
  });
  assertEquals(
    (await lines(box, "printf 'a\\0\\377' | imp run -i -- od -An -tx1")).out,
    " 61 00 ff\n",
  );
  await Deno.writeTextFile(`${box.project}/list`, "one\ntwo\n");
  assertEquals((await lines(box, "imp run --stdin -q -- cat < list")).out, "one\ntwo\n");
  assertEquals((await lines(box, "imp run -q -i -- cat <<E\nhere\nE")).out, "here\n");
  assertEquals((await lines(box, "imp run -q -i -- cat </dev/null")).out, "");
  assertEquals((await lines(box, "imp run -q -i -- cat <&-")).out, "");
});

Deno.test("a big stdin comes through run the same", async () => {
  await using box = await openBox();
  await box.shell(`head -c ${64 * MIB} /dev/urandom > big`);
  const { out, code } = await lines(box, "cat big | imp run -i -- sha256sum; sha256sum < big");
  assertEquals(code, 0);
  const [passedOn, expected] = out.split("\n");
  assertEquals(passedOn, expected);
});

Deno.test("run --stdin passes on what is typed while the job runs; Ctrl+C leaves its stdin open", async () => {
  await using box = await openBox();
  const command = ["--name", "cat", "--", "sh", "-c", "echo READY; cat; echo END"];
  await using run = box.startImp(["run", "-i", ...command]);
  await run.waitForStdout("READY\n");
  await run.write("first\n");
  await run.waitForStdout("first\n");
  run.kill("SIGINT");
  assertEquals((await run.result()).code, 130);
  await box.impOk(["send", "cat", "second"]);
  await box.impOk(["send", "cat", "--eof"]);
  await box.impOk(["wait", "cat"]);
  assertEquals(await box.impOk(["stdout", "cat"]), "READY\nfirst\nsecond\nEND\n");
});

Deno.test("run --stdin of a job that is up passes on what there is, and leaves the stdin open", async () => {
  await using box = await openBox();
  const command = ["--", "sh", "-c", "echo READY; cat; echo END"];
  await box.impOk(["add", "-q", "--name", "cat", "--stdin", ...command]);
  await using run = box.startImp(["run", "-i", ...command]);
  await run.write("joined\n");
  await run.closeStdin();
  await run.waitForStderr("stays open, as it was up before");
  await run.waitForStdout("joined\n");
  await box.impOk(["send", "cat", "more", "--eof"]);
  const { code, stdout } = await run.result();
  assertEquals([code, stdout], [0, "READY\njoined\nmore\nEND\n"]);
});

Deno.test("run --stdin says when a job that is up has no stdin to pass anything on to", async () => {
  await using box = await openBox();
  const command = ["--", "sh", "-c", "exec sleep 1000"];
  await box.impOk(["add", "-q", "--name", "job", ...command]);
  const { code, err } = await lines(
    box,
    `echo hi | imp --json run -i ${command.slice(0, 3).join(" ")} 'exec sleep 1000'`,
  );
  assertEquals(code, 6);
  assertEquals(JSON.parse(err.trimEnd().split("\n").at(-1)!).error.code, "job.no_stdin");
});

Deno.test("a job that ends before it has read all is no error, and its code counts", async () => {
  await using box = await openBox();
  const { out, err, code } = await lines(box, "yes | imp run -i -- sh -c 'head -1; exit 4'");
  assertEquals([out, err, code], ["y\n", "", 4]);
});

Deno.test("run says what is wrong with a stdin that cannot be read; the job goes on", async () => {
  await using box = await openBox();
  const { code, err } = await lines(box, "imp --json run -i -- cat < .");
  assertEquals(code, 1);
  assertEquals(JSON.parse(err).error.code, "input.failed");
  const [job] = (await box.impJson(["ls"])).jobs;
  assertEquals(job.status, "running");
});

Deno.test("run without --stdin says when something is on stdin, and takes nothing of it", async () => {
  await using box = await openBox();
  await Deno.writeTextFile(`${box.project}/list`, "one\ntwo\n");
  const piped = await lines(box, "echo hi | imp run -- cat");
  assertEquals([piped.out, piped.code], ["", 0]);
  assertStringIncludes(piped.err, NOTE);
  assertStringIncludes((await lines(box, "imp run -- sh -c : < list")).err, NOTE);
  for (const quiet of ["imp run -q -- sh -c : < list", "imp run -- true </dev/null"]) {
    assertEquals((await lines(box, quiet)).err, "");
  }
  const loop = "while read line; do imp run -- echo got $line; done";
  const fromFile = await lines(box, `${loop} < list`);
  assertEquals([fromFile.out, fromFile.err], ["got one\ngot two\n", ""]);
  assertEquals((await lines(box, `cat list | ${loop}`)).out, "got one\ngot two\n");
});

Deno.test("run without --stdin tells at its end of what came late, and never waits for it", async () => {
  await using box = await openBox();
  await using silent = box.startImp(["run", "--", "cat"]);
  assertEquals((await silent.result()).stderr, "");
  const gate = `${box.project}/gate`;
  await box.run(["mkfifo", gate]);
  await using late = box.startImp(["run", "--", "sh", "-c", `echo READY; cat ${gate}`]);
  await late.waitForStdout("READY");
  await late.write("late\n");
  await Deno.writeTextFile(gate, "go\n");
  assertStringIncludes((await late.result()).stderr, NOTE);
});

Deno.test("F135 run --stdin loses nothing of what it passes on when the daemon is killed meanwhile", async () => {
  await using box = await openBox();
  await box.shell(`head -c ${4 * MIB} /dev/urandom > big`);
  await box.run(["mkfifo", `${box.project}/gate`]);
  const script = `exec "$@" run -i -- sh -c 'echo READY; cat gate; sha256sum' < big`;
  await using run = box.start(["sh", "-c", script, "sh", ...box.executable.command]);
  await run.waitForStdout("READY\n");
  Deno.kill((await box.impJson(["ping"])).pid, "SIGKILL");
  await Deno.writeTextFile(`${box.project}/gate`, "go\n");
  const { stdout, code } = await run.result();
  const expected = (await box.shell("sha256sum < big")).stdout;
  assertEquals([code, stdout], [0, `READY\ngo\n${expected}`]);
});
