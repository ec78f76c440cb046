/** Jobs that are started by themselves, as the project file and the flags say. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openProject } from "../support/project_box.ts";
import { eventually } from "../support/eventually.ts";

Deno.test("F148 a scheduled job is started by itself, after the death of its daemon too, until it is stopped", async () => {
  await using box = await openProject({
    tick: { task: true, command: "echo tick", schedule: { cron: "* * * * * *" } },
    nightly: { command: "exec sleep 1000000", schedule: { cron: "0 3 * * *", timezone: "UTC" } },
  });
  const told = await box.impOk(["up"]);
  assertMatch(told, /^tick scheduled, next at \d{4}-.*\nnightly scheduled, next at .*\n$/);
  const runs = async (name: string) => (await box.impJson(["show", name])).run;
  await eventually("it was started twice", async () => await runs("tick") >= 2);
  const before = await box.impJson(["show", "nightly"]);
  assertEquals([before.run, before.status], [0, "stopped"]);
  assertMatch(before.next_run_at, /T03:00:00.000Z$/);
  assertStringIncludes(await box.impOk(["show", "nightly"]), "TZ=UTC 0 3 * * *, next at");

  const { pid } = (await box.impJson(["status"])).daemon;
  Deno.kill(pid, "SIGKILL");
  const after = await runs("tick");
  await eventually("the next daemon starts it", async () => await runs("tick") > after + 1);

  await box.impOk(["start", "nightly"]);
  assertStringIncludes(await box.impOk(["down"]), "Stopped job");
  const { next_run_at, status } = await box.impJson(["show", "nightly"]);
  assertEquals([next_run_at, status], [null, "stopped"]);
  const stopped = await box.impJson(["show", "tick"]);
  assert(stopped.next_run_at === null && stopped.run >= after);
});
