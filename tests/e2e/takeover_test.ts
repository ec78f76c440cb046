import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { findImp, findNewerImp, findOlderImp } from "../support/imp_executable.ts";

const OLDER = await findOlderImp();
const NEWER = await findNewerImp();
const FOREIGN = await findImp({ stamp: "20100101T000000.000Z", protocol: 2 });

/** What must not change when the daemon does. */
function facts(
  jobs: { id: string; pid: number; run: number; status: string; started_at: string }[],
) {
  return jobs.map(({ id, pid, run, status, started_at }) => ({ id, pid, run, status, started_at }));
}

Deno.test("F30 a newer build takes over while jobs run: same processes, nothing restarted, followers go on", async () => {
  await using box = await openBox(OLDER);
  const newer = async (...args: string[]) => {
    const result = await box.run([...NEWER.command, ...args]);
    assertEquals(result.code, 0, result.stderr);
    return result.stdout;
  };
  const script = await box.file(
    "project/tool",
    "#!/bin/sh\necho READY\nexec sleep 1000000\n",
    0o755,
  );
  await box.impOk(["add", "--name", "script", "--", script]);
  for (let index = 1; index < 5; index++) {
    await box.impOk(["add", "--name", `hold${index}`, "--", ...fixture("hold.sh"), `${index}`]);
  }
  await box.run(["mkfifo", "gate"]);
  await using run = box.startImp([
    "run",
    "--name",
    "gate",
    "--",
    ...fixture("gate.sh", "gate", "5"),
  ]);
  await run.waitForStdout("READY\n");
  const olderPid = await daemonPid(box);
  const before = facts((await box.impJson(["list"])).jobs);

  const after = facts(JSON.parse(await newer("list", "--json")).jobs);
  assertEquals(after, before);
  const { pid } = JSON.parse(await newer("ping", "--json"));
  assert(pid !== olderPid);
  await eventually("one daemon is left", async () => (await box.daemons()).length === 1);

  // The older client works with the newer daemon, and does not push it out.
  assertEquals(facts((await box.impJson(["list"])).jobs), before);
  assertEquals(JSON.parse(await newer("ping", "--json")).pid, pid);
  await box.shell("echo through > gate");
  const { code, stdout } = await run.result();
  assertEquals([code, stdout], [5, "READY\nthrough\n"]);
  await newer("stop", "--all");
});

Deno.test("F30 an older client of another protocol is told what to do, and nothing flaps", async () => {
  await using box = await openBox(NEWER);
  await box.impOk(["add", "--name", "hold", "--", ...fixture("hold.sh")]);
  const pid = await daemonPid(box);
  const refused = await box.run([...FOREIGN.command, "list"]);
  assertEquals(refused.code, 5, refused.stderr);
  assert(/protocol 1/.test(refused.stderr) && /protocol 2/.test(refused.stderr), refused.stderr);
  assert(refused.stderr.includes("hint: "), refused.stderr);
  assertEquals(await daemonPid(box), pid);

  const forced = await box.run([...FOREIGN.command, "--takeover", "list", "--json"]);
  assertEquals(forced.code, 0, forced.stderr);
  assertEquals(JSON.parse(forced.stdout).jobs[0].status, "running");
  await box.run([...FOREIGN.command, "stop", "--all"]);
  assertEquals((await box.imp(["ping"])).code, 0, "the newer build takes it back");
});

Deno.test("daemon restart and stop --keep-jobs leave every job as it is", async () => {
  await using box = await openBox();
  for (let index = 0; index < 3; index++) {
    await box.impOk(["add", "--name", `hold${index}`, "--", ...fixture("hold.sh"), `${index}`]);
  }
  const before = facts((await box.impJson(["list"])).jobs);
  const first = await daemonPid(box);
  await box.impOk(["daemon", "restart"]);
  const second = await daemonPid(box);
  assert(second !== first);
  assertEquals(facts((await box.impJson(["list"])).jobs), before);
  await box.impOk(["daemon", "stop", "--keep-jobs"]);
  assertEquals((await box.imp(["daemon", "status"])).code, 3);
  assertEquals(facts((await box.impJson(["list"])).jobs), before);
});
