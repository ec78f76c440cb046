/** `imp logs` for those who look again and again, and pay for each byte. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { lookAt } from "../support/look_at.ts";

/** A job that says on each start what is in the file of its name, on stdout, and `oops` behind it on stderr. */
async function say(box: Box, name: string, text: string): Promise<void> {
  await box.file(`project/${name}`, text);
  await box.imp(["run", "-q", "--name", name, "--", "sh", "-c", `cat ${name}; echo oops >&2`]);
}

Deno.test("19.1 what is new since the last look takes one call, and only those bytes", async () => {
  await using box = await openBox();
  await say(box, "api", "one\n");
  const first = await lookAt(box, ["logs", "--cursor", ""]);
  assertEquals(first.out, "one\noops\n");
  await say(box, "api", "two\n");
  await say(box, "worker", "three\n");
  const second = await lookAt(box, ["logs", "--cursor", first.cursor]);
  assertEquals(
    second.out.split("\n").sort().join(" "),
    " [api] oops [api] two [worker] oops [worker] three",
  );
  assertEquals((await lookAt(box, ["logs", "--cursor", second.cursor])).out, "");
  const { cursor } = await lookAt(box, ["logs", "api", "--cursor", ""]);
  await say(box, "api", "four\n");
  assertEquals((await lookAt(box, ["logs", "--cursor", cursor])).out, "four\noops\n");
});

Deno.test("19.1 the last error lines of all jobs take one call", async () => {
  await using box = await openBox();
  await say(box, "good", "fine\n");
  const fails = "seq 30; echo broken >&2; exit 3";
  await box.imp(["run", "-q", "--name", "bad", "--", "sh", "-c", fails]);
  const shown = await box.impOk(["logs", "--errors", "-n", "20"]);
  const lines = shown.trimEnd().split("\n");
  assertEquals(lines.length, 20);
  assert(shown.includes("[bad] broken") && shown.includes("[bad] 30"), shown);
  assert(!shown.includes("[good] fine"), shown);
  assertEquals(await box.impOk(["logs", "--errors", "good"]), "oops\n");
});

Deno.test("200 lines go into a pipe, with what shows the rest, unless more are asked for", async () => {
  await using box = await openBox();
  await box.impOk(["run", "-q", "--name", "many", "--", "seq", "1000"]);
  const { stdout, stderr } = await box.imp(["logs", "many"]);
  const lines = stdout.trimEnd().split("\n");
  assertEquals(lines.length, 200);
  assertEquals([lines[0], lines[49], lines[51], lines.at(-1)], ["1", "50", "852", "1000"]);
  assertMatch(stderr, /^imp: 801 lines, \S+ bytes were left out[^\n]*: imp logs many -n all\n$/);
  const command = /(imp logs .*) …$/.exec(lines[50]!)![1]!;
  const rest = await box.shell(
    `${command}; imp logs many -n all | wc -l; imp logs many -n 500 | wc -l`,
  );
  assertEquals(
    rest.stdout.split("\n").slice(0, 801),
    Array.from({ length: 801 }, (_, at) => `${at + 51}`),
  );
  assertEquals(rest.stdout.split("\n").slice(801), ["1000", "500", ""]);
  assertEquals(rest.stderr.replace(/\S{20,}/, "C"), "cursor C\n");
});

Deno.test("each line of logs --json has the cursor that goes on behind it, of all jobs", async () => {
  await using box = await openBox();
  await say(box, "one", "a\nb\n");
  await say(box, "two", "c\nd");
  const read = async (args: readonly string[]) =>
    (await box.impOk(["--json", "logs", ...args])).trimEnd().split("\n").map((line) =>
      JSON.parse(line)
    );
  const all = (await read([])).map(({ text, cursor }) => ({ text, cursor }));
  assertEquals(all.map(({ text }) => text).sort(), ["a", "b", "c", "d", "oops", "oops"]);
  for (const [at, { cursor }] of all.entries()) {
    const rest = (await read(["--cursor", cursor])).filter(({ type }) => type === "line");
    assertEquals(rest.map(({ text }) => text), all.slice(at + 1).map(({ text }) => text));
  }
});

Deno.test("a limit on bytes leaves out the middle of several jobs, and its cursor shows just that", async () => {
  await using box = await openBox();
  await box.impOk(["run", "-q", "--name", "x", "--", "seq", "-f", "x%g", "300"]);
  await box.impOk(["run", "-q", "--name", "y", "--", "seq", "-f", "y%g", "300"]);
  const all = (await box.impOk(["logs", "-n", "all"])).split("\n");
  const { stdout } = await box.imp(["logs", "--max-bytes", "1500"]);
  assert(new TextEncoder().encode(stdout).length <= 1_500);
  const [, head, command, tail] = /^([^]*)^… .* left out; (imp .*) …\n([^]*)$/m.exec(stdout)!;
  const rest = await box.shell(command!);
  assertEquals((head! + rest.stdout + tail!).split("\n"), all);
});

Deno.test("runs that are kept no more, and a job that is gone, are told as gaps", async () => {
  await using box = await openBox();
  const add = (text: string) =>
    box.impOk(["run", "-q", "--name", "short", "--runs-kept", "2", "--", "cat", text]);
  await box.file("project/text", "x\n");
  await add("text");
  const { cursor } = await lookAt(box, ["logs", "--cursor", ""]);
  for (let run = 0; run < 3; run++) await add("text");
  const later = await box.imp(["logs", "--cursor", cursor]);
  assertEquals(later.stdout, "x\nx\n");
  assertMatch(later.stderr, /^imp: short: runs 1 to 2 are kept no more[^\n]*\ncursor /);
  const json = (await box.impOk(["logs", "--json", "--cursor", cursor])).split("\n")[0]!;
  assertEquals(JSON.parse(json), {
    type: "notice",
    notice: "gap",
    job_id: JSON.parse(json).job_id,
    job_name: "short",
    run: 1,
    last_run: 2,
    bytes: null,
  });
  await box.impOk(["rm", "short"]);
  const { stdout, stderr } = await box.imp(["logs", "--cursor", cursor]);
  assertEquals(stdout, "");
  assertMatch(stderr, /^imp: job \w+ was removed, with what it wrote[^\n]*\ncursor /);
});

Deno.test("--previous shows the run before, --all-runs all that are kept, --dedupe each line once", async () => {
  await using box = await openBox();
  for (const text of ["first\n", "second\n", "third\n"]) await say(box, "t", text);
  assertEquals(await box.impOk(["logs", "--previous", "t"]), "second\noops\n");
  assertEquals(
    await box.impOk(["logs", "--all-runs", "t"]),
    "first\noops\nsecond\noops\nthird\noops\n",
  );
  assertEquals(await box.impOk(["logs", "--all-runs", "-n", "3", "t"]), "oops\nthird\noops\n");
  assertEquals((await box.imp(["logs", "--previous", "--all-runs", "t"])).code, 2);
  await say(box, "same", "a\na\na\nb\n1%\r50%\r99%\nb\n");
  assertEquals(
    await box.impOk(["stdout", "same"]),
    "a\na\na\nb\n1%\r50%\r99%\nb\n",
  );
  assertEquals(
    await box.impOk(["logs", "--dedupe", "same"]),
    "a\n… repeated 2 times: a …\nb\n99%\n… redrawn 2 times: 99% …\nb\noops\n",
  );
  assertEquals((await box.imp(["logs", "--previous", "same"])).code, 4);
});

Deno.test("logs -f --cursor begins with what is new and goes on, through a restart, and ends with the next cursor", async () => {
  await using box = await openBox();
  const print = async (text: string) => {
    await box.impOk(["send", "echo", text]);
    await box.impOk(["wait", "echo", "--output", `^${text}$`]);
  };
  await box.impOk(["add", "--name", "echo", "--stdin", "--", "cat"]);
  await print("one");
  const { out, cursor } = await lookAt(box, ["logs", "echo", "--cursor", ""]);
  assertEquals(out, "one\n");
  await print("two");
  await using following = box.startImp(["logs", "-f", "echo", "--cursor", cursor]);
  await following.stdout.waitFor("two\n");
  await box.impOk(["send", "echo", "three"]);
  await following.stdout.waitFor("three\n");
  await box.impOk(["restart", "echo"]);
  await box.impOk(["send", "echo", "four"]);
  await following.stdout.waitFor("four\n");
  following.kill("SIGINT");
  const { code, stdout, stderr } = await following.result();
  assertEquals(code, 130, stderr);
  const lines = stdout.split("\n").filter((line) => line !== "" && !line.startsWith("[imp]"));
  assertEquals(lines, ["two", "three", "four"]);
  const next = /^cursor (\S+)$/m.exec(stderr)![1]!;
  assertEquals((await lookAt(box, ["logs", "echo", "--cursor", next])).out, "");
  await print("five");
  assertEquals((await lookAt(box, ["logs", "echo", "--cursor", next])).out, "five\n");
});

Deno.test("logs --json and --timestamps leave out as many lines as others, and their cursors go on exactly behind each", async () => {
  await using box = await openBox();
  await box.impOk(["run", "-q", "--name", "many", "--", "sh", "-c", "seq 1000; printf end"]);
  const { stdout } = await box.imp(["logs", "many", "--json"]);
  const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals([lines.length, lines[50].type], [200, "omitted"]);
  const texts = lines.map(({ text }) => text);
  assertEquals([texts[0], texts[49], texts[51], texts.at(-1)], ["1", "50", "853", "end"]);
  // Each cursor shows all that comes behind its line, and that of what was left out just that.
  for (const at of [0, 49, 51, 198, 199]) {
    const { out } = await lookAt(box, [
      "logs",
      "many",
      "--cursor",
      lines[at].cursor,
      "--max-lines",
      "0",
    ]);
    const numbers = Array.from({ length: 1_000 }, (_, index) => String(index + 1)).concat("end");
    const behind = numbers.slice(numbers.indexOf(texts[at]) + 1);
    assertEquals(out, behind.length === 0 ? "" : behind.join("\n"), texts[at]);
  }
  const omitted = await lookAt(box, [
    "logs",
    "many",
    "--cursor",
    lines[50].cursor,
    "--max-lines",
    "0",
  ]);
  assertEquals([omitted.out.startsWith("51\n"), omitted.out.endsWith("\n852\n")], [true, true]);
  assertEquals(lines[50].bytes, omitted.out.length);
  const stamped = (await box.imp(["logs", "many", "--timestamps"])).stdout.split("\n");
  assertEquals(stamped.length, 200);
  assertMatch(stamped[49]!, /^\d{4}-\d\d-\d\dT\S+Z 50$/);
  assertMatch(stamped[51]!, /^\d{4}-\d\d-\d\dT\S+Z 853$/);
});
