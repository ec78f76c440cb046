/** Jobs of a project that are changed by others than `up`: by reload, by set, by start, by add. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { declare, jobsOf, openProject, statesOf, untilStates } from "../support/project_box.ts";

const STAY = "exec sleep 1000000";

Deno.test("reload makes what is up what the file says, with the least disturbance, and starts nothing that is down", async () => {
  const jobs = { api: { command: STAY }, web: { command: STAY }, down: { command: STAY } };
  await using box = await openProject(jobs);
  await box.impOk(["up", "api", "web"]);
  assertEquals(await box.impOk(["reload"]), "Read the settings again: nothing changed\n");
  await declare(box, {
    api: { command: STAY, env: { A: "1" } },
    web: { command: STAY, description: "the front" },
    down: { command: STAY, env: { A: "1" } },
    new: { command: STAY },
  });
  const told = (await box.impOk(["reload"])).split("\n");
  assertEquals(told.slice(1, 3).toSorted(), ["Changed web: description", "Restarting api: env"]);
  await untilStates(box, {
    api: "running 2",
    web: "running 1",
    down: "stopped 0",
    new: "stopped 0",
  });
  await box.file("project/imp.yaml", "jobs: { api: { command: 1 } }\n");
  const { code, stderr } = await box.imp(["reload"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "imp.yaml:1:");
  assertEquals((await jobsOf(box)).api!.run, 2);
});

Deno.test("what set has changed is as the file says again after the next up", async () => {
  await using box = await openProject({ api: { command: STAY, restart: "always" } });
  await box.impOk(["up"]);
  await box.impOk(["set", "api", "--restart", "no"]);
  await box.impOk(["up"]);
  const { restart_policy, run } = await box.impJson(["show", "api"]);
  assertEquals([restart_policy, run], ["always", 1]);
  await box.impOk(["set", "api", "--env", "A=1"]);
  await box.impOk(["up"]);
  const { run: next, env_names } = await box.impJson(["show", "api"]);
  assertEquals([next, env_names.includes("A")], [2, false]);
});

Deno.test("start and restart take what is to be confirmed only with --confirm, and leave it out with --all", async () => {
  await using box = await openProject({
    api: { command: STAY },
    wipe: { task: true, command: "exit 0", confirm: true },
  });
  await box.impOk(["up", "--no-wait"]);
  for (const verb of ["start", "restart"]) {
    const { code, stderr } = await box.imp([verb, "wipe"]);
    assertEquals(code, 2, verb);
    assertStringIncludes(stderr, "To be confirmed");
    await box.impOk([verb, "--all"]);
    assertEquals((await jobsOf(box)).wipe!.run, 0);
  }
  await box.impOk(["start", "--confirm", "wipe"]);
  await untilStates(box, { api: "running 2", wipe: "exited 1" });
});

Deno.test("add and run of a command that a project declares make a job of their own", async () => {
  await using box = await openProject({ api: { command: ["sleep", "1000000"] } });
  await box.impOk(["up"]);
  await box.impOk(["add", "--name", "mine", "--", "sleep", "1000000"]);
  assertEquals(await statesOf(box), { api: "running 1", mine: "running 1" });
  await box.impOk(["down", "--rm"]);
  assertEquals(await statesOf(box), { mine: "running 1" });
});

Deno.test("up starts nothing of a file that others can change, and says so", async () => {
  await using box = await openProject({ api: { command: STAY } });
  await Deno.chmod(`${box.project}/imp.yaml`, 0o666);
  const { code, stderr } = await box.imp(["up"]);
  assertEquals(code, 77);
  assertStringIncludes(stderr, "imp.yaml: others may write to it");
});
