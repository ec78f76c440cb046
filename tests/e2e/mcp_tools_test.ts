/** What the tools of `imp mcp` hold to: where, how much, what they refuse, and what they never tell. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { type Answer, McpPeer, MODERN_META } from "../support/mcp_peer.ts";
import { declare } from "../support/project_box.ts";

Deno.test("what is wrong with a call is an answer with imp's code and hint, and the next one is served", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const wrong: [string, object, string][] = [
    ["imp_status", { job: "nobody" }, "job.not_found"],
    ["imp_status", { jobs: [] }, "usage.bad_arguments"],
    ["imp_status", { cwd: "/nowhere" }, "usage.no_such_directory"],
    ["imp_run", {}, "usage.bad_arguments"],
    ["imp_run", { command: [] }, "usage.missing_command"],
    ["imp_run", { command: ["no-such-program"] }, "command.not_found"],
    ["imp_run", { command: "true", timeout_s: 51 }, "usage.bad_arguments"],
    ["imp_run", { command: "true", timeout_s: "1" }, "usage.bad_arguments"],
    ["imp_run", { command: "true", env: { "A=B": "c" } }, "usage.bad_arguments"],
    ["imp_run", { command: "true", ready: "nonsense" }, "usage.bad_probe"],
    ["imp_run", { command: "true", name: "no name" }, "job.invalid_name"],
    ["imp_run", { command: "a\0b" }, "protocol.bad_payload"],
    ["imp_logs", { job: "nobody" }, "job.not_found"],
    ["imp_logs", { job: "x", grep: "(" }, "usage.bad_pattern"],
    ["imp_wait", { job: "x", for: "nothing" }, "usage.bad_arguments"],
    ["imp_start", { jobs: [] }, "usage.bad_arguments"],
    ["imp_stop", { jobs: ["nobody"] }, "job.not_found"],
    ["imp_stop", { jobs: ["nobody"], signal: "NONSENSE" }, "usage.bad_signal"],
    ["imp_up", {}, "project.none"],
  ];
  const answers = await Promise.all(wrong.map(([name, args]) => peer.call(name, args)));
  const told = answers.map(({ isError, structuredContent: { error } }) => [isError, error?.code]);
  assertEquals(told, wrong.map(([, , code]) => [true, code]));
  for (const { content: [{ text }], structuredContent: { error } } of answers) {
    assert(text.startsWith(`${error.code}: ${error.message}`), text);
  }
  assertEquals((await peer.call("imp_status")).structuredContent.jobs, []);
});

Deno.test("cwd chooses project and daemon, as the directory does in which a command is typed", async () => {
  await using box = await openBox();
  await Deno.mkdir(`${box.root}/other`);
  await using peer = new McpPeer(box, { meta: MODERN_META });
  await peer.call("imp_run", { command: "pwd", name: "here" });
  const there = await peer.call("imp_run", { command: "pwd", name: "there", cwd: "../other" });
  assertEquals(there.structuredContent.text, `${box.root}/other`);
  const names = async (cwd: string) =>
    (await peer.call("imp_status", { cwd })).structuredContent.jobs.map(({ name }: Answer) => name);
  assertEquals([await names("."), await names(`${box.root}/other`)], [["here"], ["there"]]);
  const { jobs } = await box.impJson(["list"], { cwd: `${box.root}/other` });
  assertEquals(jobs.map(({ name }: Answer) => name), ["there"]);
});

Deno.test("calls that are made together are answered each when it is done, and none waits for another", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const gate = `${box.project}/gate`;
  await box.run(["mkfifo", gate]);
  const slow = await peer.begin("tools/call", {
    ...{ name: "imp_run", arguments: { command: "read line < gate; echo $line", name: "slow" } },
  });
  const quick = await Promise.all(
    Array.from(
      { length: 20 },
      (_, n) => peer.call("imp_run", { command: `echo ${n}`, name: `j${n}` }),
    ),
  );
  assertEquals(
    quick.map(({ structuredContent: { text } }) => text),
    [...Array(20).keys()].map(String),
  );
  assert(peer.said.every(({ id }) => id !== slow));
  await Deno.writeTextFile(gate, "at last\n");
  const { result } = await peer.answerTo(slow);
  assertEquals(result.structuredContent.text, "at last");
});

Deno.test("a call that is taken back is not answered, and its job goes on", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  await peer.call("imp_run", { command: "exec sleep 600", name: "long", until: "started" });
  const waiting = await peer.begin("tools/call", {
    name: "imp_wait",
    arguments: { job: "long" },
    _meta: { ...MODERN_META, progressToken: "p" },
  });
  // Then it is under way.
  await peer.process.waitForStdout(/notifications\/progress.*"progressToken":"p".*\n/);
  await peer.send({
    ...{ jsonrpc: "2.0", method: "notifications/cancelled" },
    params: { requestId: waiting },
  });
  const { structuredContent: { jobs } } = await peer.call("imp_status");
  assertEquals(jobs[0].status, "running");
  await peer.call("imp_stop", { jobs: ["long"] });
  assert(peer.said.every(({ id }) => id !== waiting));
});

Deno.test("a job with confirm: true is not started through mcp, by whatever tool", async () => {
  await using box = await openBox();
  await declare(box, {
    web: { command: "exec sleep 600" },
    deploy: { command: "echo deployed", task: true, confirm: true },
  });
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const asked = await peer.call("imp_up");
  const confirm = asked.structuredContent.digest;
  const named = await peer.call("imp_up", { jobs: ["deploy"], confirm });
  const up = await peer.call("imp_up");
  assertEquals(up.structuredContent.jobs.map(({ name }: Answer) => name), ["web"]);
  const started = await peer.call("imp_start", { jobs: ["deploy"] });
  const restarted = await peer.call("imp_start", { jobs: ["deploy"], restart: true });
  for (const { structuredContent: { error } } of [named, started, restarted]) {
    assertEquals(error.code, "project.unconfirmed");
    assertStringIncludes(error.hint, "only a person");
  }
  const { jobs } = await box.impJson(["list"]);
  assertEquals(jobs.find(({ name }: Answer) => name === "deploy").run, 0);
  await peer.call("imp_stop", { jobs: ["web"] });
});

Deno.test("a project file is run through mcp only as it was shown, byte for byte", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const write = (text: string) =>
    declare(box, { job: { task: true, command: `echo ${text}`, env: { TOKEN: "geheim" } } });
  await write("harmless");
  const first = await peer.call("imp_up");
  assertStringIncludes(first.content[0].text, "echo harmless");
  assertEquals((await peer.call("imp_up", { confirm: "nonsense" })).isError, true);
  await write("other");
  const stale = await peer.call("imp_up", { confirm: first.structuredContent.digest });
  assertStringIncludes(stale.structuredContent.error.message, "is not what was confirmed");
  assertStringIncludes(stale.content[0].text, "echo other");
  const done = await peer.call("imp_up", { confirm: stale.structuredContent.digest });
  assertEquals(done.structuredContent.result, "ready");
  assertEquals((await peer.call("imp_up")).isError, undefined);
  await box.impOk(["trust", "--revoke"]);
  assertEquals((await peer.call("imp_up")).structuredContent.error.code, "project.untrusted");
  // What is wrong with a file is told before anybody is asked.
  await box.file("project/imp.yaml", "jobs: { a: { comand: x } }");
  const wrong = await peer.call("imp_up");
  assertEquals(wrong.structuredContent.error.code, "project.wrong");
  assertStringIncludes(wrong.content[0].text, "comand");
});

Deno.test("no value of an environment comes out of mcp", async () => {
  await using box = await openBox();
  await declare(box, { web: { command: "exec sleep 600", env: { DECLARED: "geheim-1" } } });
  await using peer = new McpPeer(box, { meta: MODERN_META, env: { INHERITED: "geheim-2" } });
  const asked = await peer.call("imp_up");
  await peer.call("imp_up", { confirm: asked.structuredContent.digest });
  await peer.call("imp_run", { command: "true", name: "run", env: { GIVEN: "geheim-3" } });
  await peer.call("imp_run", { command: "true", name: "run", env: { GIVEN: "geheim-4" } });
  for (const job of ["web", "run"]) await peer.call("imp_status", { job });
  await peer.call("imp_start", { jobs: ["web"], restart: true });
  await peer.call("imp_wait", { job: "run" });
  await peer.call("imp_stop", { jobs: ["web"] });
  assertEquals(/geheim/.exec(JSON.stringify(peer.said)), null);
});

Deno.test("a call goes on while the daemon is killed, and the next one finds the job", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const gate = `${box.project}/gate`;
  await box.run(["mkfifo", gate]);
  await peer.call("imp_run", {
    ...{ command: "read line < gate; echo $line", name: "long", until: "started" },
  });
  const waiting = await peer.begin("tools/call", {
    name: "imp_wait",
    arguments: { job: "long" },
    _meta: { ...MODERN_META, progressToken: 1 },
  });
  await peer.process.waitForStdout(/notifications\/progress/);
  for (const { pid } of await box.daemons()) Deno.kill(pid, "SIGKILL");
  await eventually("another daemon is there", async () => (await box.daemons()).length === 1);
  await Deno.writeTextFile(gate, "survived\n");
  const { result } = await peer.answerTo(waiting);
  assertEquals([result.structuredContent.outcome, result.structuredContent.text], [
    "exited",
    "survived",
  ]);
});

Deno.test("a cursor brings what came since, to the byte, also to the next server and over a restart", async () => {
  await using box = await openBox();
  const gate = `${box.project}/gate`;
  await box.run(["mkfifo", gate]);
  const say = async (peer: McpPeer, text: string) => {
    await Deno.writeTextFile(gate, `${text}\n`);
    await peer.call("imp_wait", { job: "talker", for: `output:/^${text}$/` });
  };
  let cursor = "";
  {
    await using peer = new McpPeer(box, { meta: MODERN_META });
    const command = "echo began; while read line < gate; do echo $line; done";
    const began = await peer.call("imp_run", { command, name: "talker", until: "started" });
    await say(peer, "one");
    const first = await peer.call("imp_logs", {
      job: "talker",
      cursor: began.structuredContent.next_cursor,
    });
    const whole = `${began.structuredContent.text}\n${first.structuredContent.text}`.trim();
    assertEquals(whole, "began\none");
    cursor = first.structuredContent.next_cursor;
    const nothing = await peer.call("imp_logs", { job: "talker", cursor });
    assertEquals(nothing.content[0].text, `next_cursor: ${cursor}`);
  }
  await using peer = new McpPeer(box, { meta: MODERN_META });
  await say(peer, "two");
  await peer.call("imp_start", { jobs: ["talker"], restart: true });
  await peer.call("imp_wait", { job: "talker", for: "output:began" });
  const since = await peer.call("imp_wait", { job: "talker", for: "ready", cursor });
  assertEquals(since.structuredContent.text, "two\nbegan");
  const wrong = await peer.call("imp_logs", { job: "talker", cursor: `${cursor}x` });
  assertEquals(wrong.structuredContent.error.code, "usage.bad_cursor");
  await peer.call("imp_stop", { jobs: ["talker"] });
});

Deno.test("no answer is longer than its budget, and what is left out is told with what shows it", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const bytesOf = (text: string) => new TextEncoder().encode(text).length;
  const command = "seq 1 20000; seq 1 20000 >&2; exit 1";
  const ran = await peer.call("imp_run", { command, name: "loud" });
  const logs = await peer.call("imp_logs", { job: "loud", lines: 10_000, max_bytes: 2_000 });
  const short = await peer.call("imp_logs", { job: "loud", lines: 8, stream: "stdout" });
  const waited = await peer.call("imp_wait", { job: "loud", cursor: "" });
  const budgets = [[ran, 4_000], [logs, 2_000], [short, 4_000], [waited, 4_000]] as const;
  for (const [{ structuredContent: { text } }, most] of budgets) {
    assert(bytesOf(text) <= most, `${bytesOf(text)} bytes`);
  }
  assertEquals(short.structuredContent.text.split("\n").length, 8);
  assert(short.structuredContent.text.startsWith("1\n2\n"));
  assert(short.structuredContent.text.endsWith("\n19999\n20000"));
  const { omitted } = ran.structuredContent;
  assertStringIncludes(ran.structuredContent.text, `imp_logs with cursor "${omitted.cursor}"`);
  const part = await peer.call("imp_logs", {
    ...{ job: "loud", cursor: omitted.cursor, lines: 10, max_bytes: 100_000 },
  });
  assertEquals(part.structuredContent.omitted.lines, omitted.lines - 9);
  const status = await peer.call("imp_status", { job: "loud" });
  assert(bytesOf(status.content[0].text) < 1_000);
});

Deno.test("of many jobs the first are told, those that failed before all others, and the rest counted", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: MODERN_META });
  const names = Array.from({ length: 44 }, (_, n) => `job${n}`);
  await Promise.all(names.map((name) => peer.call("imp_run", { command: "true", name })));
  await peer.call("imp_run", { command: "exit 9", name: "bad" });
  const { content: [{ text }], structuredContent } = await peer.call("imp_status");
  assertEquals([structuredContent.jobs.length, structuredContent.omitted], [40, 5]);
  assertStringIncludes(text.split("\n")[1]!, "bad failed (9)");
  assert(new TextEncoder().encode(text).length < 4_000);
});
