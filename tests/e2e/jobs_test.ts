import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { isAlive } from "../support/process_facts.ts";

Deno.test("a user keeps a server: add, look, restart, stop, remove", async () => {
  await using box = await openBox();
  const added = await box.impOk(["add", "--name", "web", "--", ...fixture("http_server.ts", "0")]);
  assertMatch(added, /^Added job \w+ \(web\) running: /);
  const first = await waitForPort(box, "web");
  assertMatch(await get(first), /^hello from \d+$/);

  const [job] = (await box.impJson(["ls"])).jobs;
  assertEquals([job.name, job.status, job.desired, job.run], ["web", "running", "up", 1]);
  assertEquals(`hello from ${job.pid}`, await get(first), "the pid shown is the command's own");
  const table = await box.impOk(["ls"]);
  assert(table.includes("web") && table.includes("running"), table);

  const restarted = await box.imp(["restart", "web"]);
  assertEquals(restarted.code, 0, restarted.stderr);
  const second = await waitForPort(box, "web");
  assert(await isFree(first) || first === second);
  const [again] = (await box.impJson(["ls"])).jobs;
  assertEquals([again.id, again.status, again.run], [job.id, "running", 2]);

  assertMatch(await box.impOk(["stop", "web"]), /^Stopped job \w+ \(web\)\n$/);
  assert(await isFree(second), "the port is free as soon as stop returns");
  assertEquals((await box.impJson(["ls"])).jobs[0].status, "stopped");
  await box.impOk(["rm", "web"]);
  assertEquals((await box.impJson(["ls"])).jobs, []);
});

Deno.test("F66 F67 stop ends the whole family, those that ignore TERM and those that left the session too", async () => {
  await using box = await openBox();
  const job = ["add", "--name", "family", "--stop-timeout", "300ms", "--", ...fixture("family.sh")];
  await box.impOk(job);
  const output = await eventually("the family is there", async () => {
    const text = await box.impOk(["stdout", "family"]);
    return ["READY", "child", "session", "orphan"].every((word) => text.includes(word)) && text;
  }, { explain: () => box.explain() });
  const pids = [...output.matchAll(/^\w+ (\d+)$/gm)].map((match) => Number(match[1]));
  assertEquals(pids.length, 3);
  assert(pids.every(isAlive));
  await box.impOk(["stop", "family"]);
  assertEquals(pids.filter(isAlive), []);
});

Deno.test("F63 a job that ignores TERM is killed after its stop timeout, and says so", async () => {
  await using box = await openBox();
  const job = ["add", "--name", "mule", "--stop-timeout", "200ms", "--", ...fixture("stubborn.sh")];
  await box.impOk(job);
  await waitForOutput(box, "mule", "READY");
  await box.impOk(["stop", "mule"]);
  const shown = await box.impJson(["show", "mule"]);
  assertEquals([shown.status, shown.desired, shown.signal], ["stopped", "down", "SIGKILL"]);
  assert((await box.impOk(["stdout", "mule"])).includes("TERM ignored"));
});

Deno.test("wait gives the job's exit code, signal reaches the job, logs keep both streams", async () => {
  await using box = await openBox();
  const script = "trap 'echo got it; exit 9' USR1; echo warn >&2; echo READY; sleep 1000000 & wait";
  await box.impOk(["add", "--name", "w", "--", "sh", "-c", script]);
  await waitForOutput(box, "w", "READY");
  await using wait = box.startImp(["wait", "w"]);
  await box.impOk(["signal", "USR1", "w"]);
  assertEquals((await wait.result()).code, 9);
  assertEquals(await box.impOk(["stdout", "w"]), "READY\ngot it\n");
  assertEquals(await box.impOk(["stderr", "w"]), "warn\n");
  const logs = await box.impOk(["logs", "w"]);
  assertEquals(logs.split("\n").filter((line) => line).sort(), ["READY", "got it", "warn"]);
});

Deno.test("cleanup removes what is down and leaves what is up", async () => {
  await using box = await openBox();
  await box.imp(["run", "--", "true"]);
  await box.imp(["run", "--", "false"]);
  await box.impOk(["add", "--name", "up", "--", ...fixture("hold.sh")]);
  await box.impOk(["cleanup"]);
  assertEquals((await box.impJson(["ls"])).jobs.map((job: { name: string }) => job.name), ["up"]);
});

async function waitForOutput(box: Box, job: string, text: string): Promise<string> {
  return await eventually(`${job} prints ${text}`, async () => {
    const output = await box.impOk(["stdout", job]);
    return output.includes(text) && output;
  }, { explain: () => box.explain() });
}

async function waitForPort(box: Box, job: string): Promise<number> {
  const output = await waitForOutput(box, job, "READY ");
  return Number(/^READY (\d+)$/m.exec(output)![1]);
}

async function get(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
  return await response.text();
}

async function isFree(port: number): Promise<boolean> {
  try {
    using _connection = await Deno.connect({ hostname: "127.0.0.1", port });
    return false;
  } catch {
    return true;
  }
}
