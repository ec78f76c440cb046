/** How much of a run one sees, and for how long: limits, silence on success, jobs by their names, lines of shell. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openBox } from "../support/box.ts";

Deno.test("`run --quiet-on-success` says nothing of a success, and the end of a failure with its code", async () => {
  await using box = await openBox();
  const quiet = ["run", "--quiet-on-success"];
  const good = ["--name", "good", "--", "sh", "-c", "echo out; echo err >&2"];
  for (const words of [[...quiet, ...good], [...quiet, ...good], [...quiet, "good"]]) {
    const { code, stdout, stderr } = await box.imp(words);
    assertEquals([code, stdout, stderr], [0, "", ""], "also when it is run again");
  }
  const script = "for i in $(seq 1 60); do echo line $i; done; sleep 0.3; echo oops >&2; exit 3";
  const bad = await box.imp([...quiet, "--name", "bad", "--", "sh", "-c", script]);
  assertEquals(bad.code, 3);
  assertEquals(bad.stdout.split("\n").length, 41);
  assertMatch(bad.stdout, /^line 22\n[^]*line 60\noops\n$/);
  assertMatch(bad.stderr, /^imp: Job \S+ \(bad\) failed \(3\) after \S+; its last 40 lines above/);
  const few = await box.imp(["run", "--tail-on-failure", "2", "bad"]);
  assertEquals([few.code, few.stdout], [3, "line 60\noops\n"]);
  const none = await box.imp(["run", "--tail-on-failure", "0", "bad"]);
  assertEquals([none.code, none.stdout], [3, ""]);
  assertStringIncludes(none.stderr, "its output: imp logs bad\n");
  const killed = await box.imp([...quiet, "--", "sh", "-c", "echo short; kill -9 $$"]);
  assertEquals([killed.code, killed.stdout], [137, "short\n"]);
  assertMatch(killed.stderr, /SIGKILL\) after \S+\n$/, "nothing is left out of it");
});

Deno.test("`run --timeout` gives up with 124 and says how to go on; the job does", async () => {
  await using box = await openBox();
  const script = "echo begun; until [ -e go ]; do sleep 0.02; done; echo done; exit 6";
  const limited = ["run", "--timeout", "1ms"];
  const first = await box.imp([...limited, "--name", "slow", "--", "sh", "-c", script]);
  assertEquals(first.code, 124);
  assertMatch(
    first.stderr,
    /Job \S+ \(slow\) has not ended within 1ms; it goes on\nhint: imp wait/,
  );
  const quiet = await box.imp([...limited, "--quiet-on-success", "--json", "slow"]);
  assertEquals(quiet.code, 124);
  assertEquals(JSON.parse(quiet.stderr).error.code, "run.timed_out");
  await using rest = box.startImp(["run", "--timeout", "1h", "slow"]);
  await rest.waitForStdout("begun");
  await box.shell("touch go");
  const { code, stdout } = await rest.result();
  assertEquals([code, stdout], [6, "begun\ndone\n"]);
});

Deno.test("`run NAME` is the job of that name, and `run -- NAME` the command", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "true", "--env", "A=1", "--", "sh", "-c", "echo job $A"]);
  await box.impOk(["wait", "true"]);
  const job = await box.imp(["run", "true"]);
  assertEquals([job.code, job.stdout], [0, "job 1\n"], "as it was added");
  assertMatch(job.stderr, /Started job \S+ \(true\) again \(run 2\)/);
  const command = await box.imp(["run", "--", "true"]);
  assertEquals([command.code, command.stdout], [0, ""]);
  const { id } = await box.impJson(["show", "true"]);
  assertEquals((await box.imp(["run", id])).stdout, "job 1\n", "a whole id is a name, too");
  const beginning = await box.imp(["run", id.slice(0, 2)]);
  assertEquals(beginning.code, 127, "its beginning is none");
  const other = await box.imp(["run", "--env", "A=2", "true"]);
  assertEquals(other.code, 2);
  assertStringIncludes(other.stderr, "imp set true changes it");
  await box.impOk(["add", "--name", "build", "--", "true"]);
  const late = await box.imp(["run", "build", "--timeout", "1m"]);
  assertEquals(late.code, 127);
  assertStringIncludes(late.stderr, "flags stand before its name: imp run … build");
  assertEquals((await box.imp(["run", "no-such-job"])).code, 127);
});

Deno.test("`--shell` takes the words as a line for sh, and a quoted line without it is told how", async () => {
  await using box = await openBox();
  const line = await box.imp(["run", "-s", "--name", "line", "--", "echo a && echo b; exit 4"]);
  assertEquals([line.code, line.stdout], [4, "a\nb\n"]);
  await box.impOk(["set", "line", "--shell", "--", "echo c", "| tr c d"]);
  assertEquals((await box.imp(["run", "line"])).stdout, "d\n");
  assertEquals((await box.imp(["set", "line", "--shell"])).code, 2);
  for (const verb of ["run", "add", "exec"]) {
    const quoted = await box.imp([verb, "--", "make test"]);
    assertEquals(quoted.code, 127);
    assertMatch(
      quoted.stderr,
      /Leave the quotes off.*: -- make test; or put --shell before the --/,
    );
    assertStringIncludes((await box.imp([verb, "--", "a && b"])).stderr, "--shell before the --");
    const variable = await box.imp([verb, "--", "SECRET=x", "make"]);
    assertStringIncludes(variable.stderr, "--env SECRET=…, before the --");
  }
});
