import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { fixture } from "../support/fixtures.ts";

Deno.test("two daemon ids do not see each other, and daemon list shows both", async () => {
  await using box = await openBox();
  await box.impOk(["--daemon-id", "red", "add", "--name", "web", "--", ...fixture("hold.sh")]);
  await box.impOk(["add", "--name", "web", "--", ...fixture("hold.sh")], {
    env: { IMP_DAEMON_ID: "blue" },
  });
  const [red] = (await box.impJson(["--daemon-id", "red", "ls"])).jobs;
  const [blue] = (await box.impJson(["--daemon-id", "blue", "ls"])).jobs;
  assert(red.pid !== blue.pid);
  assertEquals((await box.impJson(["--daemon-id", "red", "ls"])).jobs.length, 1);

  const daemons: { daemon_id: string; pid: number }[] =
    (await box.impJson(["daemon", "list"])).daemons;
  assertEquals(daemons.map((daemon) => daemon.daemon_id).sort(), ["blue", "red"]);
  assertEquals(
    daemons.map((daemon) => daemon.pid).sort(),
    (await box.daemons()).map(({ pid }) => pid).sort(),
  );

  await box.impOk(["--daemon-id", "red", "nuke"]);
  assertEquals((await box.impJson(["--daemon-id", "blue", "ls"])).jobs[0].status, "running");
});

Deno.test("a directory below a project talks to the project's daemon", async () => {
  await using box = await openBox();
  await Deno.mkdir(`${box.project}/.git`);
  await Deno.mkdir(`${box.project}/a/b`, { recursive: true });
  const above = await box.impJson(["ping"]);
  const below = await box.impJson(["ping"], { cwd: `${box.project}/a/b` });
  assertEquals(below.daemon_id, above.daemon_id);
  assertEquals(below.pid, above.pid);
  assert(/^project-[0-9a-f]{8}$/.test(above.daemon_id), above.daemon_id);
});
