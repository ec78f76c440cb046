/** A job is ready when it is so, and not before: each probe on the real system, and who waits for them. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { isAlive } from "../support/process_facts.ts";

const SERVER = fixture("http_server.ts");

/** Stays at `ready` until the file `go` is there, then does it. */
const gated = (ready: string) => ["sh", "-c", `until [ -e go ]; do sleep 0.02; done; ${ready}`];

async function statusOf(box: Box, job: string) {
  return await box.impJson(["show", job]);
}

Deno.test("`add --wait` returns when the job serves, for each kind of probe", async () => {
  await using box = await openBox();
  const port = ["--port", "http=auto"];
  const serve = [...SERVER, "${ports.http}"];
  const cases: [string, string[], string[]][] = [
    ["http://localhost:${ports.http}/", port, serve],
    ["tcp:${ports.http}", port, serve],
    ["ports", port, serve],
    ["log:^READY [0-9]+$", [], SERVER],
    ["cmd:test -e up", [], ["sh", "-c", "sleep 0.3; touch up; exec sleep 1000000"]],
    ["delay:400ms", [], ["sleep", "1000000"]],
  ];
  for (const [probe, flags, command] of cases) {
    const name = probe.split(":")[0]!;
    const job = ["--name", name, "--ready", probe, "--wait", "1m", ...flags];
    const { code, stdout, stderr } = await box.imp(["add", ...job, "--", ...command]);
    assertEquals(code, 0, stderr);
    assertMatch(stdout, new RegExp(`^Job \\S+ \\(${name}\\) is ready after `, "m"));
    const { ready, ready_check, status } = await statusOf(box, name);
    assertEquals([ready, ready_check, status], [true, probe, "running"]);
    assertMatch(await box.impOk(["ls"]), new RegExp(`${name} +ready `));
    await box.impOk(["rm", "-f", name]);
  }
});

/** What a job does, and what `--wait 500ms` makes of it, whichever command has started it. */
const WAITED: Readonly<Record<string, { command: string; code: number; says: RegExp }>> = {
  serves: { command: "echo up; exec sleep 1000000", code: 0, says: /\(serves\) is ready after / },
  late: { command: "exec sleep 1000001", code: 124, says: /\(late\) .*not ready/s },
  dies: { command: "echo broken >&2; exit 7", code: 7, says: /\(dies\) .*\n.*broken\n$/s },
  ends: { command: "echo done; exit 0", code: 1, says: /\(ends\) .*\n.*done\n$/s },
};

Deno.test("`add`, `start` and `restart` with `--wait` say the same of a job, up or down before, as text and JSON", async () => {
  await using box = await openBox();
  const wait = ["--wait", "500ms"];
  for (const [name, { command, code, says }] of Object.entries(WAITED)) {
    const script = ["--", "sh", "-c", command];
    const calls = [
      ["add", "--name", name, "--ready", "log:up", ...wait, ...script],
      ["start", name, ...wait],
      ["restart", name, ...wait],
      ["restart", "--json", name, ...wait],
    ];
    for (const call of calls) {
      const told = await box.imp(call);
      assertEquals(told.code, code, `${call.join(" ")}: ${told.stdout}${told.stderr}`);
      if (!call.includes("--json")) assertMatch(told.stdout + told.stderr, says, call.join(" "));
      else if (code !== 124) {
        const [job] = JSON.parse(told.stdout).jobs;
        const ended = { serves: null, dies: 7, ends: 0 }[name];
        assertEquals([job.name, job.exit_code], [name, ended]);
      }
    }
  }
});

Deno.test("what is not ready yet is told as that, by `ls`, `show`, `status` and `wait`", async () => {
  await using box = await openBox();
  await box.impOk([
    "add",
    "--name",
    "slow",
    "--ready",
    "log:up",
    "--",
    ...gated("echo up; sleep 1000000"),
  ]);
  assertMatch(await box.impOk(["ls"]), /slow +not ready yet/);
  assertMatch(await box.impOk(["show", "slow"]), /ready when +log:up/);
  assertMatch(await box.impOk(["status"]), /slow +not ready yet/);
  const { code, stderr } = await box.imp(["wait", "slow", "--for", "ready", "--timeout", "100ms"]);
  assertEquals(code, 124);
  assertStringIncludes(stderr, "not ready yet");
  await using waiting = box.startImp(["wait", "slow", "--for", "ready"]);
  await box.shell("touch go");
  const { code: codeThen, stdout } = await waiting.result();
  assertEquals([codeThen, /\(slow\): ready/.test(stdout)], [0, true]);
});

Deno.test("a job that ends before it is ready ends the wait with its code and its last lines", async () => {
  await using box = await openBox();
  const dying = ["--ready", "tcp:1", "--wait", "--", "sh", "-c", "echo one; echo why >&2; exit 7"];
  const added = await box.imp(["add", "--name", "dying", ...dying]);
  assertEquals(added.code, 7);
  assertMatch(added.stderr, /\(dying\) ended before it was ready: failed \(7\)\n/);
  assertStringIncludes(added.stderr, "why");
  for (const verb of ["start", "restart"]) {
    const { code, stderr } = await box.imp([verb, "dying", "--wait"]);
    assertEquals(code, 7, stderr);
    assertStringIncludes(stderr, "why");
  }
  const good = await box.imp(["add", "--ready", "log:never", "--wait", "--", "echo", "all"]);
  assertEquals(good.code, 1, "who ends well has not been ready either");
  const { code } = await box.imp(["wait", "dying", "--for", "ready"]);
  assertEquals(code, 7);
});

Deno.test("a job whose time is over is not ready, and what waits says why with 124", async () => {
  await using box = await openBox();
  await box.impOk([
    "add",
    "--name",
    "idle",
    "--ready",
    "cmd:echo no pg >&2; exit 2",
    "--",
    "sleep",
    "1000000",
  ]);
  const { code, stderr } = await box.imp(["restart", "idle", "--wait", "300ms"]);
  assertEquals(code, 124);
  assertStringIncludes(stderr, "not ready yet");
  const { ready, status } = await statusOf(box, "idle");
  assertEquals([ready, status], [false, "running"]);
});

Deno.test("a job without a check is ready when it is still there a moment after its start", async () => {
  await using box = await openBox();
  assertEquals((await box.imp(["add", "--wait", "--", "sleep", "1000000"])).code, 0);
  // Longer than the usual moment: who is not given a processor in that would be taken for one that stays.
  const brief = ["--ready", "delay:1h", "--wait", "--", "sh", "-c", "exit 4"];
  assertEquals((await box.imp(["add", ...brief])).code, 4);
  const { code, stdout } = await box.imp([
    "add",
    "--name",
    "json",
    "--json",
    "--wait",
    "1m",
    "--",
    "sleep",
    "1000001",
  ]);
  const job = JSON.parse(stdout);
  assertEquals([code, job.ready, job.action], [0, true, "created"]);
  assert(Date.parse(job.ready_at) - Date.parse(job.started_at) >= 300);
});

Deno.test("F142 a wait goes on with the next daemon, and what was ready is so there, too", async () => {
  await using box = await openBox();
  await box.impOk([
    "add",
    "--name",
    "done",
    "--ready",
    "log:up",
    "--wait",
    "--",
    "sh",
    "-c",
    "echo up; sleep 1000000",
  ]);
  await using waiting = box.startImp([
    "add",
    "--name",
    "slow",
    "--ready",
    "log:up",
    "--wait",
    "--",
    ...gated("echo up; sleep 1000000"),
  ]);
  await waiting.waitForStdout("Added");
  await killDaemon(box);
  await box.shell("touch go");
  const { code, stdout } = await waiting.result();
  assertEquals(code, 0);
  assertMatch(stdout, /\(slow\) is ready after/);
  assertEquals((await statusOf(box, "done")).ready, true);
});

Deno.test("a command that is tried ends with all its processes when its time is over", async () => {
  await using box = await openBox();
  const probe = "cmd:sleep 1000000 & echo $! > hanging; wait";
  await box.impOk(["add", "--name", "hung", "--ready", probe, "--", "sleep", "1000000"]);
  const pid = await eventually("it is tried", async () => {
    const { stdout: text } = await box.shell("cat hanging 2>/dev/null; true");
    return text.endsWith("\n") && Number(text);
  });
  assert(isAlive(pid));
  await box.impOk(["rm", "-f", "hung"]);
  await eventually("what was tried is gone", () => !isAlive(pid));
});

Deno.test("`set --ready` counts at once, and `none` takes it away", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "job", "--wait", "--", ...gated("echo up; sleep 1000000")]);
  assertMatch(await box.impOk(["set", "job", "--ready", "log:up"]), /ready/);
  await eventually("it is not ready", async () => !(await statusOf(box, "job")).ready);
  await box.shell("touch go");
  await box.impOk(["wait", "job", "--for", "ready"]);
  await box.impOk(["set", "job", "--ready", "none"]);
  await box.impOk(["wait", "job", "--for", "ready"]);
  assertEquals((await statusOf(box, "job")).ready_check, null);
});

/** So many runs print the line at once and end; IMP_READY_RUNS=1000 for more than a quick look. */
const RUNS = Number(Deno.env.get("IMP_READY_RUNS") ?? 10);

Deno.test(`a line that a run prints at once before it ends is never missed (${RUNS} runs)`, async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "brief", "--ready", "log:^up$", "--wait", "--", "echo", "up"]);
  for (let run = 1; run < RUNS; run++) {
    const { code, stderr } = await box.imp(["start", "brief", "--wait", "1m"]);
    assertEquals(code, 0, `run ${run + 1}: ${stderr}`);
  }
});
