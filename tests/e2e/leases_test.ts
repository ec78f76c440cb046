/** Jobs that end by themselves, and whose they are. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { rebootMachine } from "../support/other_boot.ts";
import { CAN_JUMP, createJumpingClock } from "../support/jumping_clock.ts";

const STAY = ["--", "sleep", "1000000"];

async function statusOf(box: Box, name: string): Promise<string> {
  return (await box.impJson(["show", name])).status;
}

function isStopped(box: Box, name: string): Promise<unknown> {
  return eventually(`${name} is stopped`, async () => await statusOf(box, name) === "stopped");
}

Deno.test("F180 a job ends when its lease is over, also when its daemon was killed or is not there", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "short", "--lease", "1s", "--restart", "always", ...STAY]);
  await box.impOk(["add", "--name", "long", "--lease", "2h", "--", "sleep", "1000001"]);
  await killDaemon(box);
  // Whoever looks next brings a daemon up, which carries on.
  await isStopped(box, "short");
  const { reason, desired, runs } = await box.impJson(["show", "short"]);
  assertEquals(
    [reason, desired, runs[0].reason],
    Array(1).fill("its lease was over").concat("down", "its lease was over"),
  );
  assertEquals(await statusOf(box, "long"), "running");

  await box.impOk(["keep", "--lease", "1ms", "long"]);
  await isStopped(box, "long");
  await using owner = box.start(["sleep", "1000000"]);
  await box.impOk(["start", "long"]);
  await box.impOk(["keep", "--with-pid", String(owner.pid), "long"]);
  await box.impOk(["daemon", "stop", "--keep-jobs"]);
  owner.kill("SIGKILL");
  await owner.result();
  // Without a daemon `list` starts none: it tells what the next one does.
  const { jobs } = await box.impJson(["list"]);
  assertEquals([jobs[1].status, jobs[1].lease.is_over], ["running", true]);
  assertStringIncludes(await box.impOk(["show", "long"]), "as soon as a daemon is there");
  await box.impOk(["ping"]);
  await isStopped(box, "long");
});

Deno.test("after a restart of the machine a lease goes by the time of day, and a process of before has gone", async () => {
  await using box = await openBox();
  const add = (name: string, seconds: number, ...flags: string[]) =>
    box.impOk([
      ...["add", "--name", name, "--restart", "always", ...flags, "--", "sleep", `${seconds}`],
    ]);
  await using owner = box.start(["sleep", "1000000"]);
  await add("long", 1_000_000, "--lease", "2h");
  await add("short", 1_000_001, "--lease", "3s");
  await add("bound", 1_000_002, "--with-pid", String(owner.pid));
  const { lease: { ends_at } } = await box.impJson(["show", "long"]);
  const { lease: { ends_at: over } } = await box.impJson(["show", "short"]);
  // By the time since the start of the machine neither lease would be over for a year, or either at once.
  await rebootMachine(box, { upMs: 365 * 86_400_000 });
  await eventually("the short one is over", () => Date.now() > Date.parse(over));
  await box.impOk(["ping"]);
  await isStopped(box, "short");
  await isStopped(box, "bound");
  await box.impOk(["wait", "long", "--for", "running"]);
  const { lease } = await box.impJson(["show", "long"]);
  assertEquals([lease.ends_at, lease.is_over], [ends_at, false]);
  await rebootMachine(box);
  assertEquals((await box.impJson(["show", "long"])).lease.is_over, false);
});

Deno.test("imp keep takes a lease back, or makes it longer", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "api", "--lease", "1h", ...STAY]);
  assertMatch(await box.impOk(["show", "api"]), /lease +ends in 5\dm/);
  assertMatch(await box.impOk(["keep", "--lease", "3h", "api"]), /api\) ends in (3h|2h 5\dm)/);
  assertMatch(await box.impOk(["keep", "api"]), /api\) has no lease/);
  assertEquals((await box.impJson(["show", "api"])).lease, undefined);
});

Deno.test({
  name: "F181 a clock that is set years ahead or back ends no lease, and one that goes on ends it",
  ignore: !CAN_JUMP,
  async fn() {
    await using box = await openBox();
    using clock = await createJumpingClock(box);
    await using daemon = box.startImp(["daemon", "run"], { env: clock.env });
    await daemon.stderr.waitFor("daemon ready");
    await box.impOk(["add", "--name", "api", "--lease", "1h", ...STAY]);
    for (const days of [1_000, -1_000]) {
      await clock.jump(days);
      await eventually("the daemon has noticed", async () => {
        const { lease } = await box.impJson(["show", "api"]);
        return Math.abs(Date.parse(lease.ends_at) - Date.now()) > 900 * 86_400_000;
      });
      assertEquals(await statusOf(box, "api"), "running");
    }
    await box.impOk(["keep", "--lease", "1ms", "api"]);
    await isStopped(box, "api");
  },
});

Deno.test("a job ends with the process that it was given, also of the next daemon's", async () => {
  await using box = await openBox();
  await using one = box.start(["sleep", "1000000"]);
  await using two = box.start(["sleep", "1000000"]);
  await box.impOk(["add", "--name", "one", "--with-pid", String(one.pid), ...STAY]);
  const withTwo = ["--with-pid", String(two.pid), "--", "sleep", "1000001"];
  await box.impOk(["add", "--name", "two", ...withTwo]);
  one.kill("SIGKILL");
  await isStopped(box, "one");
  assertMatch((await box.impJson(["show", "one"])).reason, /^process \d+, .* has gone$/);
  assertEquals(await statusOf(box, "two"), "running");
  await killDaemon(box);
  two.kill("SIGKILL");
  await isStopped(box, "two");
});

Deno.test("a lease that cannot be is refused by name", async () => {
  await using box = await openBox();
  const refused = async (...flags: string[]) => {
    const { code, stderr } = await box.imp(["add", "--json", ...flags, ...STAY]);
    return [code, JSON.parse(stderr).error.code];
  };
  assertEquals(await refused("--lease", "0s"), [2, "usage.bad_lease"]);
  assertEquals(await refused("--lease", "soon"), [2, "usage.bad_duration"]);
  for (const pid of ["0", "1", "-1", "4194304", "x"]) {
    assertEquals(await refused(`--with-pid=${pid}`), [2, "usage.no_such_process"], pid);
  }
  assertEquals(await refused("--with-pid", "2", "--with-owner"), [2, "usage.conflict"]);
  assertEquals((await box.impJson(["list"])).jobs, []);
});

Deno.test({
  name: "what an agent has started ends, or is left over, when the agent has gone",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using box = await openBox();
    // The agent is who sets the mark for what it starts, and has none itself.
    const call = (words: string) => `env CLAUDECODE=1 sh -c '${words}; :'`;
    await using agent = box.start([
      "/bin/sh",
      "-c",
      `${call("imp add --name bound --with-owner -- sleep 1000000")}
       ${call("imp add --name free -- sleep 1000001")}
       ${call("imp add --name kept -- sleep 1000002")}
       mkfifo gate; echo READY; read x < gate`,
    ]);
    await agent.stdout.waitFor("READY");
    await box.impOk(["keep", "kept"]);
    const { owner, lease } = await box.impJson(["show", "bound"]);
    assertEquals([owner.name, owner.agent, owner.pid], ["claude", "claude", agent.pid]);
    assertEquals([lease.pid, lease.ends_at], [agent.pid, null]);
    assertEquals((await box.impJson(["list", "--left-over"])).jobs, []);
    agent.kill("SIGKILL");
    await agent.result();
    await isStopped(box, "bound");
    const left = async (...words: string[]) =>
      (await box.impJson(words)).jobs.map((job: { name: string }) => job.name);
    await eventually(
      "it is left over",
      async () => (await left("list", "--left-over")).join() === "free",
    );
    assertMatch(await box.impOk(["list"]), /free .* claude \(gone\) /);
    assertEquals(await left("list", "--owner", "claude"), ["bound", "free", "kept"]);
    assertEquals(await left("stop", "--left-over"), ["free"]);
    assertEquals(await statusOf(box, "kept"), "running");
    assertEquals(await left("stop", "--left-over"), []);
  },
});

Deno.test("IMP_OWNER names an owner, whose jobs are found and stopped by it", async () => {
  await using box = await openBox();
  const env = { IMP_OWNER: "nightly" };
  await box.impOk(["add", "--name", "one", ...STAY], { env });
  await box.impOk(["add", "--name", "two", "--", "sleep", "1000001"]);
  const names = async (options = {}) =>
    (await box.impJson(["list", "--owner", "me"], options)).jobs.map((job: { name: string }) =>
      job.name
    );
  assertEquals([await names({ env }), await names()], [["one"], ["two"]]);
  const bad = await box.imp(["add", ...STAY], { env: { IMP_OWNER: "a b" } });
  assertEquals(bad.code, 2);
  assertStringIncludes(bad.stderr, "IMP_OWNER");
  assertEquals(await box.impOk(["stop", "--owner", "nightly"]), "Stopped job " + await idOf(box));
  assertEquals(await statusOf(box, "two"), "running");
  const conflict = await box.imp(["stop", "--owner", "nightly", "two"]);
  assertEquals(conflict.code, 2);
  assert(!(await box.impOk(["show", "one"])).includes("nightly ("));
});

async function idOf(box: Box): Promise<string> {
  return `${(await box.impJson(["show", "one"])).id} (one)\n`;
}
