/** Who waits hears of what he waits for at once, and of nothing else: ends, the first of several, a line of output. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";

/** Prints what it is given, line by line, and ends with the code that follows `exit`. */
const GATED = 'while read word rest; do case $word in exit) exit $rest;; *) echo "$word $rest";; ' +
  "esac; done";

async function addGated(box: Box, name: string, first = ":"): Promise<void> {
  await box.impOk(["add", "--name", name, "--stdin", "--", "sh", "-c", `${first}; ${GATED}`]);
}

Deno.test("`wait --any` ends with the first of several, with its code, and says only that", async () => {
  await using box = await openBox();
  for (const name of ["one", "two", "three"]) await addGated(box, name);
  await using waiting = box.startImp(["wait", "one", "two", "three", "--any"]);
  await box.impOk(["send", "two", "exit", "7"]);
  const { code, stdout } = await waiting.result();
  assertEquals(code, 7);
  assertMatch(stdout, /^\S+ \(two\): failed \(7\)\n$/);
  await box.impOk(["send", "one", "exit", "0"]);
  await box.impOk(["wait", "one"]);
  const again = await box.imp(["wait", "one", "two", "three", "--any"]);
  assertEquals(again.code, 7, "of those that have ended it is the one that did so first");
  const ready = await box.imp(["wait", "one", "three", "--any", "--for", "running"]);
  assertMatch(ready.stdout, /^\S+ \(one\): exited\n$/);
});

Deno.test("`wait --fail-fast` waits for all, but no longer than until one fails", async () => {
  await using box = await openBox();
  for (const name of ["one", "two", "three"]) await addGated(box, name);
  await using waiting = box.startImp(["wait", "one", "two", "three", "--fail-fast", "--json"]);
  await box.impOk(["send", "one", "exit", "0"]);
  await box.impOk(["send", "two", "exit", "5"]);
  const { code, stdout } = await waiting.result();
  assertEquals(code, 5);
  const names = JSON.parse(stdout).jobs.map(({ name }: { name: string }) => name);
  assertEquals(names.toSorted(), ["one", "two"]);
  await box.impOk(["send", "three", "exit", "0"]);
  const good = await box.imp(["wait", "one", "three", "--fail-fast"]);
  assertEquals(good.code, 0, good.stderr);
  assertEquals(good.stdout.split("\n").length, 3, good.stdout);
});

Deno.test("`wait --output` finds a line that was printed before, on either stream, and one without its end", async () => {
  await using box = await openBox();
  await addGated(box, "job", "echo up on 8080; echo warned >&2; printf 'Go on? '");
  for (
    const [pattern, text] of [
      ["^up on \\d+$", "stdout: up on 8080"],
      ["warn", "stderr: warned"],
      ["Go on\\?", "stdout: Go on?"],
    ] as const
  ) {
    const { code, stdout } = await box.imp(["wait", "job", "--output", pattern]);
    assertEquals([code, stdout.replace(/^\S+ /, "")], [0, `(job), ${text}\n`]);
  }
  const now = await box.imp(["wait", "job", "--output", "up", "--timeout", "0s"]);
  assertEquals(now.code, 0, "what is there is found without any time");
  const never = await box.imp(["wait", "job", "--output", "never", "--timeout", "1ms"]);
  assertEquals(never.code, 124);
  assertMatch(never.stderr, /matches "never" in vain: \S+ \(job\) is running/);
});

Deno.test("`wait --output` ends with the line, and with the job when that ends without it", async () => {
  await using box = await openBox();
  await addGated(box, "job");
  await using hears = box.startImp(["wait", "job", "--output", "ready", "--json"]);
  await box.impOk(["send", "job", "now ready"]);
  const { code, stdout } = await hears.result();
  const { jobs, matches } = JSON.parse(stdout);
  assertEquals(code, 0);
  assertEquals(jobs.length, 1);
  const { stream, text, run, job_name } = matches[0];
  assertEquals([stream, text, run, job_name], ["stdout", "now ready", 1, "job"]);
  await using misses = box.startImp(["wait", "job", "--output", "never"]);
  await box.impOk(["send", "job", "exit", "3"]);
  const end = await misses.result();
  assertEquals([end.code, end.stdout], [3, ""]);
  assertMatch(end.stderr, /\(job\) ended without a line that matches "never": failed \(3\)\n/);
  assertStringIncludes(end.stderr, "now ready");
  await box.impOk(["add", "--name", "good", "--", "true"]);
  const good = await box.imp(["wait", "good", "--output", "never"]);
  assertEquals(good.code, 1, "a good end without it is no success either");
});

Deno.test("`wait --output` of several jobs waits for all of them, or with --any for one", async () => {
  await using box = await openBox();
  for (const name of ["one", "two"]) await addGated(box, name);
  await using all = box.startImp(["wait", "one", "two", "--output", "up"]);
  await using any = box.startImp(["wait", "one", "two", "--output", "up", "--any"]);
  await box.impOk(["send", "two", "up"]);
  assertMatch((await any.result()).stdout, /^\S+ \(two\), stdout: up\n$/);
  await box.impOk(["send", "one", "up"]);
  const { code, stdout } = await all.result();
  assertEquals([code, stdout.split("\n").length], [0, 3], stdout);
  await box.impOk(["send", "one", "exit", "4"]);
  const failed = await box.imp(["wait", "one", "two", "--output", "later"]);
  assertEquals(failed.code, 4, "it cannot come to all of them any more");
});

Deno.test("`wait --output` goes on through the death of the daemon and a restart by policy", async () => {
  await using box = await openBox();
  const script = "[ -e again ] && echo second life; touch again; until [ -e go ]; do sleep 0.02; " +
    "done; exit 1";
  await box.impOk(["add", "--name", "job", "--restart", "on-failure", "--", "sh", "-c", script]);
  await using waiting = box.startImp(["wait", "job", "--output", "second"]);
  await box.impOk(["ping"]);
  await killDaemon(box);
  await box.shell("touch go");
  const { code, stdout, stderr } = await waiting.result();
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /stdout: second life\n$/);
});

Deno.test("`wait --output` of a job that waits for another one waits for its run, and ends when that cannot come", async () => {
  await using box = await openBox();
  const db = "until [ -e go ]; do sleep 0.02; done; exit $(cat go)";
  const text = `jobs:\n  db: { command: ${JSON.stringify(db)}, task: true }\n` +
    "  api: { command: echo served, depends_on: { db: completed } }\n";
  await box.file("project/imp.yaml", text);
  for (const [outcome, expected] of [["1", 1], ["0", 0]] as const) {
    await box.impOk(["up", "--no-wait"]);
    assertMatch(await box.impOk(["ls"]), /api +waiting for db/);
    await using waiting = box.startImp(["wait", "api", "--output", "served"]);
    await box.shell(`echo ${outcome} > told; mv told go`);
    const { code, stderr } = await waiting.result();
    assertEquals(code, expected, stderr);
    if (code === 1) assertStringIncludes(stderr, "waiting for db: failed (1)");
    await box.shell("rm go");
    await box.impOk(["down"]);
  }
});

Deno.test("what cannot be waited for is a wrong use", async () => {
  await using box = await openBox();
  for (
    const [words, code] of [
      [["wait", "x", "--any", "--fail-fast"], 2],
      [["wait", "x", "--for", "ready", "--output", "y"], 2],
      [["wait", "x", "--output", "("], 2],
      [["wait", "--any"], 2],
      [["wait", "x", "--output", "y"], 4],
      [["wait", "x", "--any"], 4],
    ] as const
  ) {
    const result = await box.imp(words);
    assertEquals(result.code, code, `${words.join(" ")}: ${result.stderr}`);
    assert(result.stderr.startsWith("imp: "), result.stderr);
  }
});
