/** Tasks of `imp mcp`: runs, which need neither the server, nor the daemon, nor the client that began them. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { type Answer, McpPeer, MODERN_META, TASKS_META } from "../support/mcp_peer.ts";

const GATED = 'echo began; read line < "$GATE"; echo "$line"; exit 7';

async function openGate(box: Box): Promise<{ gate: string; env: Record<string, string> }> {
  const gate = `${box.root}/gate`;
  await box.run(["mkfifo", gate]);
  return { gate, env: { GATE: gate } };
}

/** The task, once it is no longer `working`. */
async function untilOver(peer: McpPeer, taskId: string): Promise<Answer> {
  return await eventually("the task is over", async () => {
    const { result } = await peer.ask("tasks/get", { taskId });
    return result.status !== "working" && result;
  });
}

Deno.test("a task outlives the server, the daemon and the client, and its id is that of the run", async () => {
  await using box = await openBox();
  const { gate, env } = await openGate(box);
  let taskId = "";
  {
    await using peer = new McpPeer(box, { meta: TASKS_META });
    const task = await peer.call("imp_run", { command: GATED, name: "long", env });
    assertEquals([task.resultType, task.status, task.ttlMs], ["task", "working", null]);
    taskId = task.taskId;
    const { result } = await peer.ask("tasks/get", { taskId });
    assertEquals([result.resultType, result.status], ["complete", "working"]);
    // Neither says good-bye.
    peer.process.kill("SIGKILL");
  }
  const { runs } = await box.impJson(["show", "long"]);
  assertEquals(runs.map(({ run_id }: Answer) => run_id), [taskId]);
  for (const { pid } of await box.daemons()) Deno.kill(pid, "SIGKILL");
  await Deno.writeTextFile(gate, "went on\n");
  await using peer = new McpPeer(box, { meta: TASKS_META });
  const over = await untilOver(peer, taskId);
  assertEquals(over.status, "completed");
  assertEquals([over.result.structuredContent.exit_code, over.result.isError], [7, undefined]);
  assertMatch(
    over.result.content[0].text,
    /^\w+ \(long\), run 1: failed \(7\).*\nbegan\nwent on\n/,
  );
  // What is asked twice is answered alike.
  assertEquals((await peer.ask("tasks/get", { taskId })).result, over);
});

Deno.test("a task is found from the server of another project, and one of another project by its daemon", async () => {
  await using box = await openBox();
  await using peer = new McpPeer(box, { meta: TASKS_META });
  const own = await peer.call("imp_run", { command: "echo own" });
  await Deno.mkdir(`${box.root}/other`);
  const there = await peer.call("imp_run", { command: "echo there", cwd: "../other" });
  assertMatch(there.taskId, /^other-[0-9a-f]{8}\/\w+-1$/);
  await using other = new McpPeer(box, { meta: TASKS_META, cwd: `${box.root}/other` });
  const tasks = await Promise.all([own, there].map(({ taskId }) => untilOver(other, taskId)));
  assertEquals(tasks.map(({ result }) => result.structuredContent.text), ["own", "there"]);
});

Deno.test("a task that is cancelled stops its job, and stays cancelled", async () => {
  await using box = await openBox();
  const { env } = await openGate(box);
  await using peer = new McpPeer(box, { meta: TASKS_META });
  const { taskId } = await peer.call("imp_run", { command: GATED, name: "long", env });
  const { result } = await peer.ask("tasks/cancel", { taskId });
  assertEquals(result.resultType, "complete");
  assertEquals((await untilOver(peer, taskId)).status, "cancelled");
  const again = await peer.call("imp_run", { command: GATED, name: "long", env });
  assert(again.taskId !== taskId);
  // What is cancelled once more is over already: the next run goes on.
  await peer.ask("tasks/cancel", { taskId });
  assertEquals((await peer.ask("tasks/get", { taskId: again.taskId })).result.status, "working");
  await peer.call("imp_stop", { jobs: ["long"] });
});

Deno.test("who does not say that it knows tasks, or waits for less than the end, gets none", async () => {
  await using box = await openBox();
  await using plain = new McpPeer(box, { meta: MODERN_META });
  const ran = await plain.call("imp_run", { command: "echo hi" });
  assertEquals([ran.resultType, ran.structuredContent.text], ["complete", "hi"]);
  await using peer = new McpPeer(box, { meta: TASKS_META });
  const began = await peer.call("imp_run", { command: "exec sleep 600", until: "started" });
  assertEquals(began.resultType, "complete");
  assertStringIncludes(began.content[0].text, ": running");
  await peer.call("imp_stop", { jobs: [began.structuredContent.job_id] });
});
