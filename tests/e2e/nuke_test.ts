import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { fixture } from "../support/fixtures.ts";
import { createRandom } from "../support/random.ts";

const NOTHING = { stopped_count: 0, removed_count: 0, survivors: [], services_removed: [] };

Deno.test("after nuke nothing is left: no process, no socket, no pid file, no log", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--", ...fixture("hold.sh")]);
  await box.impOk(["add", "--stop-timeout", "200ms", "--", ...fixture("family.sh")]);
  await box.imp(["run", "--", "echo", "done"]);
  const told = await box.impJson(["nuke"]);
  assertEquals(told, { ...NOTHING, stopped_count: 2, removed_count: 3 });
  assertEquals(await box.processes(), []);
  assertEquals(box.runtimeFiles().filter((path) => !path.endsWith("start.lock")), []);
  const left = (await box.shell("find . -name '*.log' -o -name 'state.db*' -o -path '*/runs/*'", {
    cwd: box.stateDir,
  })).stdout;
  assertEquals(left, "");
});

Deno.test("nuke in a project where nothing ever ran is no failure", async () => {
  await using box = await openBox();
  assertEquals(await box.impJson(["nuke"]), NOTHING);
});

Deno.test("overview and daemon status never start a daemon", async () => {
  await using box = await openBox();
  assert((await box.impOk(["overview"])).includes("imp run"));
  assertEquals((await box.imp(["daemon", "status"])).code, 3);
  assertEquals(await box.daemons(), []);
});

/** Enough to meet the moments in which a nuke removes what an add has just made. */
const ROUNDS = 12;
const LONGEST_HEAD_START_S = 0.25;

Deno.test("D13 adds that run into a nuke are done before or after it, and never refused", async () => {
  await using box = await openBox();
  const random = createRandom(13);
  for (let round = 0; round < ROUNDS; round++) {
    const headStart = (random() * LONGEST_HEAD_START_S).toFixed(3);
    const adds = ["a", "b", "c"].map((name) =>
      box.imp(["add", "--name", name, "--", "true"], { deadlineMs: 120_000 })
    );
    const nuke = box.shell(`sleep ${headStart}; exec imp nuke`, { deadlineMs: 120_000 });
    for (const { code, stderr } of await Promise.all([...adds, nuke])) {
      assertEquals(code, 0, `round ${round}: ${stderr}`);
    }
  }
  await box.impOk(["nuke"]);
});
