/** What imp knows of earlier runs: how many went well, how long they took, and when one is stuck. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openBox } from "../support/box.ts";

Deno.test("`show`, `list --json` and `list --long` tell how many runs went well, and how long they took", async () => {
  await using box = await openBox();
  const script = "[ -e bad ] && exit 1; until [ ! -e gate ]; do sleep 0.02; done";
  const described = ["--name", "task", "--description", "makes it"];
  await box.impOk(["run", ...described, "--", "sh", "-c", script]);
  await box.impOk(["run", "task"]);
  await box.shell("touch bad");
  assertEquals((await box.imp(["run", "task"])).code, 1);
  await box.shell("rm bad; touch gate");
  await box.impOk(["start", "task"]);
  const shown = await box.impJson(["show", "task"]);
  assertEquals([shown.success_percent, shown.runs.length], [67, 4]);
  const { shortest_duration_ms: shortest, longest_duration_ms: longest } = shown;
  assert(shortest <= shown.average_duration_ms && shown.average_duration_ms <= longest);
  assert(shown.usual_duration_ms <= longest && shown.usual_duration_ms >= shortest);
  assertMatch(await box.impOk(["show", "task"]), /^succeeded +67% of 3 runs$/m);
  const [listed] = (await box.impJson(["ls"])).jobs;
  assertEquals(listed.success_percent, 67);
  assertEquals(listed.longest_duration_ms, longest);
  assert(listed.progress_percent >= 0 && listed.progress_percent <= 99);
  assertMatch(await box.impOk(["ls", "-l"]), / 67% +\d+% +makes it +sh -c/);
  await box.shell("rm gate");
  await box.impOk(["wait", "task"]);
  await box.impOk(["daemon", "stop"]);
  const [stored] = (await box.impJson(["ls"])).jobs;
  assertEquals([stored.success_percent, stored.progress_percent], [75, null]);
});

Deno.test("a run that is silent for longer than any before is told, and given up with --stuck; it goes on", async () => {
  await using box = await openBox();
  const script = "[ -e hang ] && sleep 1000000; echo done";
  await box.impOk(["run", "--name", "task", "--", "sh", "-c", script]);
  await box.shell("touch hang");
  await using told = box.startImp(["run", "task"]);
  const run = await box.imp(["run", "--stuck", "task"]);
  assertEquals(run.code, 124);
  assertMatch(run.stderr, /\(task\) has said nothing for \S+, longer than any run of it took \(/);
  assertMatch(run.stderr, /hint: It goes on; imp logs -n 20 task/);
  const wait = await box.imp(["wait", "task", "--stuck", "--json"]);
  assertEquals([wait.code, JSON.parse(wait.stderr).error.code], [124, "wait.stuck"]);
  const output = await box.imp(["wait", "task", "--stuck", "--output", "done"]);
  assertEquals(output.code, 124);
  await told.waitForStderr("it may be stuck");
  assertEquals((await box.impJson(["show", "task"])).status, "running");
  await box.impOk(["stop", "task"]);
  assertEquals((await told.result()).code, 143);
  assertEquals((await box.imp(["wait", "task", "--stuck", "--for", "ready"])).code, 2);
});
