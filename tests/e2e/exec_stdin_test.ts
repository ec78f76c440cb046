/** What `imp exec` does with what is on its stdin. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { isAlive, watchPeak } from "../support/process_facts.ts";

const MIB = 1024 * 1024;
const MOST_GROWTH = 40 * MIB;
const NOTE = "what is on stdin is not passed on";

/** Runs a line of shell in which `imp` is the one under test. */
async function lines(box: Box, script: string) {
  const { stdout, stderr, code } = await box.shell(script);
  return { out: stdout, err: stderr, code };
}

Deno.test("exec --stdin passes stdin on as it is: a pipe, a file, a here-document, nothing", async () => {
  await using box = await openBox();
  assertEquals(
    (await lines(box, "printf 'a\\0\\377' | imp exec -i -- od -An -tx1")).out,
    " 61 00 ff\n",
  );
  await Deno.writeTextFile(`${box.project}/list`, "one\ntwo\n");
  assertEquals((await lines(box, "imp exec --stdin -- cat < list")).out, "one\ntwo\n");
  assertEquals((await lines(box, "imp exec -i -- cat <<E\nhere\nE")).out, "here\n");
  assertEquals((await lines(box, "imp exec -i -- cat </dev/null")).out, "");
  assertEquals((await lines(box, "imp exec -i -- cat <&-")).out, "");
  assertEquals((await lines(box, "seq 3 | imp exec -i --shell -- 'read x; cat'")).out, "2\n3\n");
});

Deno.test("exec without --stdin says when something is on stdin, and takes nothing of it", async () => {
  await using box = await openBox();
  await Deno.writeTextFile(`${box.project}/list`, "one\ntwo\n");
  const piped = await lines(box, "echo hi | imp exec -- cat");
  assertEquals([piped.out, piped.code], ["", 0]);
  assertStringIncludes(piped.err, NOTE);
  assertStringIncludes((await lines(box, "imp exec -- cat < list")).err, NOTE);
  for (const quiet of ["imp exec -q -- cat < list", "imp exec -- cat </dev/null"]) {
    assertEquals((await lines(box, quiet)).err, "");
  }
  const loop = "while read line; do imp exec -- echo got $line; done";
  const fromFile = await lines(box, `${loop} < list`);
  assertEquals([fromFile.out, fromFile.err], ["got one\ngot two\n", ""]);
  assertEquals((await lines(box, `cat list | ${loop}`)).out, "got one\ngot two\n");
});

Deno.test("exec without --stdin tells at its end of what came late, and never waits for it", async () => {
  await using box = await openBox();
  await using silent = box.startImp(["exec", "--", "cat"]);
  assertEquals((await silent.result()).stderr, "");
  const gate = `${box.project}/gate`;
  await box.run(["mkfifo", gate]);
  await using late = box.startImp(["exec", "--", "sh", "-c", `echo READY; cat ${gate}`]);
  await late.waitForStdout("READY");
  await late.write("late\n");
  await Deno.writeTextFile(gate, "go\n");
  assertStringIncludes((await late.result()).stderr, NOTE);
});

Deno.test("exec passes on what is typed while the command runs, then the end", async () => {
  await using box = await openBox();
  await using exec = box.startImp(["exec", "-i", "--", "sh", "-c", "read x; echo got $x; cat"]);
  await exec.write("first\n");
  await exec.waitForStdout("got first\n");
  await exec.write("second\n");
  await exec.waitForStdout("second\n");
  await exec.closeStdin();
  assertEquals((await exec.result()).code, 0);
});

Deno.test("a command that ends before it has read all is no error, and its code counts", async () => {
  await using box = await openBox();
  const { out, err, code } = await lines(box, "yes | imp exec -i -- sh -c 'head -1; exit 4'");
  assertEquals([out, err, code], ["y\n", "", 4]);
});

Deno.test("a big stdin comes through exec the same, and no memory grows", async () => {
  await using box = await openBox();
  const make = `head -c ${
    64 * MIB
  } /dev/urandom > big.bin; imp exec -i -- cat < big.bin > /dev/null`;
  assertEquals((await box.shell(make)).code, 0);
  const grown = watchPeak(await daemonPid(box));
  const { code, stderr } = await box.shell("cat big.bin | imp exec -i -- cat | cmp - big.bin");
  assertEquals(code, 0, stderr);
  const growth = grown();
  assert(growth < MOST_GROWTH, `the daemon grew by ${growth / MIB} MiB`);
});

Deno.test("a command that does not read stops the reading of stdin, and it goes on with the command", async () => {
  await using box = await openBox();
  const gate = `${box.project}/gate`;
  await box.run(["mkfifo", gate]);
  await Deno.writeFile(`${box.project}/big`, new Uint8Array(16 * MIB));
  // The offset of a file is its readers': so far it was read.
  const script = `exec < big; "$@" exec -i -- sh -c 'echo READY; cat ${gate}; wc -c'`;
  await using exec = box.start(["sh", "-c", script, "sh", ...box.executable.command]);
  await exec.waitForStdout("READY");
  const offset = async () => {
    const info = await Deno.readTextFile(`/proc/${exec.pid}/fdinfo/0`);
    return Number(/^pos:\s+(\d+)/m.exec(info)![1]);
  };
  let before = -1;
  await eventually("nothing more is read", async () => {
    for (let turn = 0; turn < 3; turn++) await box.impOk(["ping"]);
    const now = await offset();
    const isSame = now > 0 && now === before;
    before = now;
    return isSame;
  });
  assert(before < MIB, `${before} bytes were read`);
  await Deno.writeTextFile(gate, "go\n");
  assertEquals((await exec.result()).stdout, `READY\ngo\n${16 * MIB}\n`);
});

Deno.test("F95 Ctrl+C and kill -9 of exec end a command in the middle of its stdin, which is no end for it", async () => {
  await using box = await openBox();
  for (const signal of ["SIGINT", "SIGKILL"] as const) {
    const script = `echo $$ READY; cat > part && echo all > whole`;
    await using exec = box.startImp(["exec", "-i", "--", "sh", "-c", script]);
    await exec.write("begin;\n");
    const pid = parseInt(await exec.waitForStdout(/\d+ READY/));
    exec.kill(signal);
    await exec.result();
    await eventually("the command is gone", () => !isAlive(pid));
    assertEquals((await lines(box, "ls whole")).out, "");
  }
});

Deno.test("exec says what is wrong with a stdin that cannot be read, or that nobody would read", async () => {
  await using box = await openBox();
  const directory = await box.shell("imp --json exec -i -- cat < .");
  assertEquals(directory.code, 1);
  assertEquals(JSON.parse(directory.stderr).error.code, "input.failed");
  const nobody = await box.shell("echo echo | imp --json exec -i");
  assertEquals(nobody.code, 2);
  assertEquals(JSON.parse(nobody.stderr).error.code, "usage.missing_command");
});
