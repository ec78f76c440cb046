/** What a coding agent has to do all day, in as few calls and bytes as it should take. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { fixture } from "../support/fixtures.ts";
import { freePort } from "../support/free_port.ts";

/** One call, and how many bytes came back. */
async function call(box: Box, words: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await box.imp(words, { env });
  return {
    code,
    text: stdout + stderr,
    stdout,
    bytes: new TextEncoder().encode(stdout + stderr).length,
  };
}

const ONE = { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: "session-one" };
const TWO = { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: "session-two" };
const SERVER = ["--", "sleep", "1000000"];

Deno.test("two agents in one project: the second is told whose a job is that it joins, stops or restarts (1 call each)", async () => {
  await using box = await openBox();
  const first = await call(box, ["add", "--name", "api", ...SERVER], ONE);
  assertEquals([first.code, /is of/.test(first.text)], [0, false]);
  const second = await call(box, ["add", "--name", "api", ...SERVER], TWO);
  assertMatch(second.text, /already up[^]*\(api\) is of claude/);
  assert(second.bytes <= 200, second.text);
  const again = await call(box, ["add", "--name", "api", ...SERVER], ONE);
  assert(!/is of/.test(again.text), again.text);
  const looks = await call(box, ["list"], TWO);
  assertMatch(looks.stdout, /OWNER[^]*claude/);
  for (const verb of ["restart", "stop"]) {
    const { code, text, bytes } = await call(box, [verb, "api"], TWO);
    assertEquals(code, 0);
    assertMatch(text, /\(api\) is of claude/);
    assert(bytes <= 200, text);
  }
  // What ends it is not for the second to say, unless it says so.
  await call(box, ["add", "--name", "api", ...SERVER], ONE);
  const leased = await call(box, ["add", "--name", "api", "--lease", "1s", ...SERVER], TWO);
  assertMatch(leased.text, /stays as it was; imp keep api changes that/);
  const { lease, owner } = await box.impJson(["show", "api"]);
  assertEquals([lease, owner.session], [undefined, "session-one"]);
  const joined = await call(box, ["add", "--name", "api", "--lease", "2h", ...SERVER], ONE);
  assertMatch(joined.text, /Changed at once: when it ends by itself/);
});

Deno.test("nothing left over: an agent stops all that it has started, and nothing else (1 call)", async () => {
  await using box = await openBox();
  await call(box, ["add", "--name", "api", ...SERVER], ONE);
  await call(box, ["add", "--name", "worker", "--", "sleep", "1000001"], ONE);
  await call(box, ["add", "--name", "other", "--", "sleep", "1000002"], TWO);
  await call(box, ["add", "--name", "person", "--", "sleep", "1000003"]);
  const { code, text, bytes } = await call(box, ["stop", "--owner", "me"], ONE);
  assertEquals(code, 0, text);
  assertMatch(text, /^Stopped job \w+ \(api\)\nStopped job \w+ \(worker\)\n$/);
  assert(bytes <= 100, text);
  const { jobs } = await box.impJson(["list"]);
  const up = jobs.filter((job: { status: string }) => job.status === "running");
  assertEquals(up.map((job: { name: string }) => job.name), ["other", "person"]);
});

/** Counts the calls of imp and the bytes that an agent has to read of them. */
class Agent {
  readonly #box: Box;
  calls = 0;
  bytes = 0;

  constructor(box: Box) {
    this.#box = box;
  }

  /** Calls imp, with what it says on both streams as an agent gets it. */
  async imp(...words: string[]): Promise<{ code: number; text: string }> {
    const { code, stdout, stderr } = await this.#box.imp(words);
    this.calls++;
    const text = stdout + stderr;
    this.bytes += new TextEncoder().encode(text).length;
    return { code, text };
  }

  /** Fails unless the task took so many calls, and no more bytes. */
  expect(calls: number, mostBytes: number): void {
    assertEquals(this.calls, calls, "calls");
    assert(this.bytes <= mostBytes, `${this.bytes} bytes instead of ${mostBytes}`);
  }
}

const HTTP_SERVER = fixture("http_server.ts");

Deno.test("task: start a server and wait until it answers: 1 call, 200 bytes", async () => {
  await using box = await openBox();
  const agent = new Agent(box);
  const ready = ["--ready", "http://localhost:${ports.http}/", "--wait", "1m"];
  const port = ["--port", "http=auto"];
  await box.file("project/serve", `#!/bin/sh\nexec ${HTTP_SERVER.join(" ")} $PORT\n`, 0o755);
  const { code } = await agent.imp("add", "--name", "web", ...port, ...ready, "--", "./serve");
  assertEquals(code, 0);
  agent.expect(1, 200);
  const { ports_declared } = await box.impJson(["show", "web"]);
  const answer = await fetch(`http://localhost:${ports_declared[0].port}/`);
  assertMatch(await answer.text(), /^hello from/);
});

Deno.test("task: run tests in the background with a limit, and then to their end: 2 calls", async () => {
  await using box = await openBox();
  const agent = new Agent(box);
  const script =
    "for i in $(seq 1000); do echo test $i ok; done; until [ -e go ]; do sleep 0.02; " +
    "done; echo 1 failed >&2; exit 1";
  const limited = ["--timeout", "1ms", "--quiet-on-success", "--name", "test"];
  const first = await agent.imp("run", ...limited, "--", "sh", "-c", script);
  assertEquals(first.code, 124);
  await box.shell("touch go");
  const rest = await agent.imp("run", "--timeout", "10m", "--tail-on-failure", "5", "test");
  assertEquals(rest.code, 1);
  assertMatch(rest.text, /1 failed/);
  agent.expect(2, 700);
});

Deno.test("task: build and wait: 1 call, nothing to read when it went well", async () => {
  await using box = await openBox();
  const agent = new Agent(box);
  const build = ["sh", "-c", "seq 10000; echo warned >&2"];
  assertEquals((await agent.imp("run", "--quiet-on-success", "--", ...build)).code, 0);
  assertEquals((await agent.imp("run", "--quiet-on-success", "--", ...build)).code, 0);
  agent.expect(2, 0);
});

Deno.test("task: restart after an edit and be sure that it serves: 1 call, or the reason why not", async () => {
  await using box = await openBox();
  const server = (line: string) => box.file("project/serve", `#!/bin/sh\n${line}\n`, 0o755);
  await server("echo listening; exec sleep 1000000");
  await box.impOk(["add", "--name", "web", "--ready", "log:listening", "--wait", "--", "./serve"]);
  await server("echo listening; exec sleep 2000000");
  const agent = new Agent(box);
  const { code, text } = await agent.imp("restart", "web", "--wait", "1m");
  assertEquals(code, 0);
  assertMatch(text, /run 2\n.* is ready after/);
  agent.expect(1, 100);
  await server("echo 'SyntaxError: line 3' >&2; exit 1");
  const broken = new Agent(box);
  const failed = await broken.imp("restart", "web", "--wait", "1m");
  assertEquals(failed.code, 1);
  assertMatch(failed.text, /SyntaxError: line 3/);
  broken.expect(1, 300);
});

Deno.test("task: leave nothing over: 1 call, and it is so", async () => {
  await using box = await openBox();
  const family = "sleep 1000000 & setsid sleep 1000000 & exec sleep 1000000";
  await box.impOk(["add", "--name", "web", "--", "sh", "-c", family]);
  await box.impOk(["add", "--name", "worker", "--", "sleep", "1000000"]);
  const agent = new Agent(box);
  assertEquals((await agent.imp("stop", "--all")).code, 0);
  agent.expect(1, 100);
  const left = (await box.processes()).filter(({ command }) => !/ daemon run\b/.test(command));
  assertEquals(left, []);
});

Deno.test("task: answer a prompt: 2 calls", async () => {
  await using box = await openBox();
  const script = "printf 'Overwrite? [y/N] '; read answer; echo answer was $answer; sleep 1000000";
  await box.impOk(["add", "--name", "setup", "--stdin", "--", "sh", "-c", script]);
  await box.impOk(["wait", "setup", "--output", "\\[y/N\\]"]);
  const agent = new Agent(box);
  await agent.imp("send", "setup", "y");
  const { code, text } = await agent.imp("wait", "setup", "--output", "answer was .*");
  assertEquals(code, 0);
  assertMatch(text, /answer was y\n$/);
  agent.expect(2, 200);
});

Deno.test("learn the tool (1 call, at most 4 KB), and tell other agents (at most 1 KB)", async () => {
  await using box = await openBox();
  const { code, stdout, bytes } = await call(box, ["help", "agents"]);
  assertEquals(code, 0);
  assert(bytes <= 4_096, `${bytes} bytes`);
  // What it names is there: commands, and their flags.
  const { commands, flags: everywhere } = await box.impJson(["help"]);
  for (const [, verb, words] of stdout.matchAll(/imp ([a-z]+)((?: [^ \n]+)*)/g)) {
    if (verb === "for" || verb === "help") continue;
    const command = commands.find(({ name, aliases }: { name: string; aliases: string[] }) =>
      [name, ...aliases].includes(verb!)
    );
    assert(command, `there is no imp ${verb}`);
    const known = [...command.flags, ...everywhere].map(({ name }: { name: string }) =>
      `--${name}`
    );
    for (const [flag] of words!.split(" -- ")[0]!.matchAll(/--[a-z-]{2,}/g)) {
      assert(known.includes(flag), `imp ${verb} does not take ${flag}`);
    }
  }
  const block = await call(box, ["agent", "instructions"]);
  assert(block.bytes <= 1_024, `${block.bytes} bytes`);
});

Deno.test("where am I: what failed and why, then what is up, then three lines of advice (1 call, 4 KB)", async () => {
  await using box = await openBox();
  const empty = await call(box, ["overview"]);
  assertMatch(empty.text, /Jobs {5}none[^]*Next:\n(?: {2}imp .*\n){3}$/);
  await call(box, ["add", "--name", "api", ...SERVER]);
  await call(box, ["add", "--name", "web", "--", "sh", "-c", "echo no such luck >&2; exit 7"]);
  for (let each = 0; each < 20; each++) {
    await call(box, ["add", "--name", `done-${each}`, "--", "true", "x".repeat(300)]);
  }
  await call(box, ["wait", "web"]);
  const { code, text, bytes } = await call(box, ["overview"]);
  assertEquals(code, 0);
  assertMatch(text, /^imp .*\n\nFailed\n {2}\w+ \(web\) failed \(7\): .*no such luck/);
  assertMatch(text, /COMMAND\n\w+ +api +running[^]*\nand 10 more: imp list\n/);
  assertMatch(text, /Next:\n {2}imp why web .*\n {2}imp restart web --wait .*\n {2}imp help .*\n$/);
  assert(bytes <= 4_096, text);
  const { failed, next } = await box.impJson(["overview"]);
  assertEquals([failed.length, failed[0].job_name, next.length], [1, "web", 3]);
  await call(box, ["daemon", "stop"]);
  assertMatch((await call(box, ["overview"])).text, /not running/);
});

Deno.test("a port is taken: who holds it is named (1 call)", async () => {
  await using box = await openBox();
  const server = ["python3", "-m", "http.server", "--bind", "127.0.0.1"];
  const port = `${await freePort()}`;
  await call(box, [
    "add",
    "--name",
    "api",
    "--ready",
    `tcp:${port}`,
    "--wait",
    "--",
    ...server,
    port,
  ]);
  const asked = await call(box, ["ports", "--port", port]);
  assertMatch(asked.text, /api/);
  assert(asked.bytes <= 300, asked.text);
  const second = await call(box, [
    "add",
    "--port",
    `http=${port}`,
    "--name",
    "web",
    "--",
    ...server,
    port,
  ]);
  assertEquals(second.code, 6);
  assertMatch(second.text, /python3[^]*api|api[^]*python3/);
  assert(second.bytes <= 400, second.text);
});
