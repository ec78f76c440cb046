/** What a job is defined as can be changed, while it is up and while it is down, and the user is told from when on it holds. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openBox } from "../support/box.ts";
import { fixture } from "../support/fixtures.ts";

const HOLD = fixture("hold.sh");

Deno.test("E2 one command with and without a name is one job, and under two names it is two", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--", ...HOLD]);
  await box.impOk(["add", "--name", "s", "--", ...HOLD]);
  await box.impOk(["add", "--", ...HOLD]);
  const [job, ...others] = (await box.impJson(["ls"])).jobs;
  assertEquals([job.name, others], ["s", []]);
  const second = await box.imp(["add", "--name", "t", "--", ...HOLD]);
  assertEquals(second.code, 0);
  assertStringIncludes(second.stderr, `is also job ${job.id}, by another name`);
  assertEquals((await box.impJson(["ls"])).jobs.length, 2);
});

Deno.test("E3 options for a job that is up are taken, and a note says from when on", async () => {
  await using box = await openBox();
  const add = (...flags: string[]) => box.imp(["add", "--name", "e", ...flags, "--", ...HOLD]);
  await add("--env", "A=1");
  const { pid } = await box.impJson(["show", "e"]);
  const { code, stdout, stderr } = await add(
    ...["--env", "A=secret-2", "--restart", "always", "--stop-timeout", "3s"],
    ...["--description", "a server"],
  );
  assertEquals(code, 0);
  assertStringIncludes(stdout, "is already up");
  assertStringIncludes(stderr, "Changed at once: ");
  for (const word of ["restart policy", "stop timeout", "description"]) {
    assertStringIncludes(stderr, word);
  }
  assertStringIncludes(stderr, "From its next start on: environment (A)");
  assertEquals(stderr.includes("secret"), false);
  const shown = await box.impJson(["show", "e"]);
  assertEquals(
    [shown.pid, shown.restart_policy, shown.stop_timeout_ms, shown.description],
    [pid, "always", 3_000, "a server"],
  );
  assertEquals((await add()).stderr, "");
  await box.impOk(["restart", "e"]);
  const { pid: next } = await box.impJson(["show", "e"]);
  const environ = await Deno.readTextFile(`/proc/${next}/environ`);
  assert(environ.split("\0").includes("A=secret-2"));
});

Deno.test("E3 imp set changes a definition, with --now at once, and says what it did", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "e", "--", ...HOLD]);
  assertStringIncludes(
    await box.impOk(["set", "e", "--restart", "on-failure:3"]),
    "Changed job",
  );
  const late = await box.imp(["set", "e", "--env", "PORT=1"]);
  assertStringIncludes(late.stderr, "From its next start on: environment (PORT)");
  const { pid } = await box.impJson(["show", "e"]);
  const now = JSON.parse(
    await box.impOk(["--json", "set", "e", "--now", "--", "sleep", "1000000"]),
  );
  assertEquals([now.changes[0].changed, now.changes[0].pending], [["command"], []]);
  const shown = await box.impJson(["show", "e"]);
  assertEquals([shown.command, shown.restart_policy], [["sleep", "1000000"], "on-failure:3"]);
  assert(shown.pid !== pid);
  assert((await Deno.readTextFile(`/proc/${shown.pid}/environ`)).includes("\0PORT=1\0"));
  assertStringIncludes(await box.impOk(["set", "e", "--env", "PORT=1"]), "is so already");
  const wrong = {
    2: [["set"], ["set", "e"], ["set", "e", "--"], ["set", "e", "--env", "X"], [
      "set",
      "e",
      "--cwd",
      "/no",
    ]],
    4: [["set", "nope", "--env", "A=1"]],
    127: [["set", "e", "--", "no-such-command"]],
  };
  for (const [code, calls] of Object.entries(wrong)) {
    for (const args of calls) {
      assertEquals((await box.imp(args)).code, Number(code), args.join(" "));
    }
  }
});

Deno.test("E3 imp rename gives a running job another name", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "old", "--", ...HOLD]);
  await box.impOk(["add", "--name", "other", "--", "sleep", "1000000"]);
  const { pid } = await box.impJson(["show", "old"]);
  assertStringIncludes(await box.impOk(["rename", "old", "new"]), "is called new now");
  assertEquals((await box.impJson(["show", "new"])).pid, pid);
  assertEquals((await box.imp(["show", "old"])).code, 4);
  assertEquals((await box.imp(["rename", "new", "other"])).code, 6);
  assertEquals((await box.imp(["rename", "new"])).code, 2);
  assertEquals((await box.imp(["rename", "new", "a", "b"])).code, 2);
  assertEquals((await box.imp(["rename", "new", "../x"])).code, 2);
});

Deno.test("H imp restart names what is different in the environment, and takes it over if so asked", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "e", "--", ...HOLD], { env: { COLOUR: "red" } });
  const env = { COLOUR: "blue", SHLVL: "7" };
  const { stderr } = await box.imp(["restart", "e"], { env });
  assertStringIncludes(stderr, "keeps its environment; different here: COLOUR. ");
  const colour = async () => {
    const { pid } = await box.impJson(["show", "e"]);
    return /\0COLOUR=(\w+)/.exec(await Deno.readTextFile(`/proc/${pid}/environ`))?.[1];
  };
  assertEquals(await colour(), "red");
  assertEquals((await box.imp(["restart", "--update-env", "e"], { env })).stderr, "");
  assertEquals(await colour(), "blue");
  assertEquals((await box.imp(["restart", "e"], { env })).stderr, "");
});

Deno.test("E7 show and list tell the ports that a job listens on as they are when asked", async () => {
  await using box = await openBox();
  await box.run(["mkfifo", "gate"]);
  const server = ["sh", "-c", 'read -r line < gate; exec "$@"', "sh", ...fixture("http_server.ts")];
  await box.impOk(["add", "--name", "web", "--", ...server]);
  await box.impOk(["wait", "--for", "running", "web"]);
  await using run = box.startImp(["stdout", "-f", "web"]);
  // Now there is a fresh sample, without any port.
  assertEquals((await box.impJson(["ls"])).jobs[0].ports, []);
  await box.shell("echo > gate");
  await run.waitForStdout("\n");
  const port = Number(run.stdout.text.replace("READY ", ""));
  assertEquals((await box.impJson(["show", "web"])).ports, [port]);
  assertEquals((await box.impJson(["ls"])).jobs[0].ports, [port]);
});

Deno.test("H imp start tells in JSON what was started and what was up already", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "a", "--", ...HOLD]);
  await box.impOk(["add", "--name", "b", "--", "sleep", "1000000"]);
  await box.impOk(["stop", "b"]);
  const { jobs } = await box.impJson(["start", "a", "b"]);
  assertEquals(
    jobs.map(({ name, action }: { name: string; action: string }) => [name, action]),
    [["a", "joined"], ["b", "started"]],
  );
});

Deno.test("H imp wait that times out names the job and its state", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "a", "--", ...HOLD]);
  const { code, stderr } = await box.imp(["wait", "--timeout", "50ms", "a"]);
  assertEquals(code, 124);
  assert(/in vain: \w+ \(a\) is running/.test(stderr), stderr);
});

Deno.test("H a command line in quotes and a variable before a command are answered with how to write them", async () => {
  await using box = await openBox();
  const hintOf = async (...args: string[]) => {
    const { code, stderr } = await box.imp(args);
    assertEquals(code, 127, stderr);
    return stderr;
  };
  assertStringIncludes(await hintOf("add", "npm run dev"), "Leave the quotes off");
  assertStringIncludes(await hintOf("run", "--", "make && ./serve"), 'sh -c "make && ./serve"');
  const variable = await hintOf("add", "--", "TOKEN=secret", "node", "x");
  assertStringIncludes(variable, "--env TOKEN=…");
  assertEquals(variable.includes("secret"), false);
});

Deno.test("B7 a run that is not there, a job without stdin and the daemon's log are answered as documented", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "x", "--", ...HOLD]);
  assertEquals((await box.imp(["logs", "--run", "99", "x"])).code, 4);
  assertEquals((await box.imp(["stdout", "--run", "99", "x"])).code, 4);
  assertEquals((await box.imp(["send", "x", "hi"])).code, 6);
  const lines = (await box.impOk(["--json", "daemon", "logs"])).trimEnd().split("\n");
  const records = lines.map((line) => JSON.parse(line));
  assertEquals([records[0].level, records[0].message], ["info", "daemon starting"]);
  assert(records.every(({ time }) => time === null || !Number.isNaN(Date.parse(time))));
});
