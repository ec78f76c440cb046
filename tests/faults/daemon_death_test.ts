/** FAULTS.md, group A: death, restart and upgrade of the daemon, as far as other tests do not tell it. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid, killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { isAlive } from "../support/process_facts.ts";

const HOLD = ["add", "--name", "held", "--", ...fixture("hold.sh")];

function daemonDirectory(parent: string): string {
  return `${parent}/${[...Deno.readDirSync(parent)].map(({ name }) => name).sort()[0]}`;
}

Deno.test("F06 a daemon that is killed as the kernel does when memory is short leaves its jobs as they are", async () => {
  await using box = await openBox();
  await using daemon = box.startImp(["daemon", "run"]);
  await daemon.waitForStderr("daemon ready");
  await box.impOk(HOLD);
  const { pid } = await box.impJson(["show", "held"]);
  Deno.kill(daemon.pid, "SIGKILL");
  await daemon.result();
  assertEquals((await box.impJson(["show", "held"])).pid, pid);
});

Deno.test("F14 a daemon whose lock file was removed makes room, and its jobs go on under the next", async () => {
  await using box = await openBox();
  await box.impOk(HOLD);
  const { pid } = await box.impJson(["show", "held"]);
  const old = await daemonPid(box);
  await Deno.remove(`${daemonDirectory(box.runtimeDir)}/daemon.pid`);
  await eventually("the old daemon is gone", () => !isAlive(old));
  const found = await box.impJson(["show", "held"]);
  assertEquals([found.pid, found.run, found.status], [pid, 1, "running"]);
  assertNotEquals(await daemonPid(box), old);
});

Deno.test("F15 a daemon whose state directory was removed goes on with its jobs and says so", async () => {
  await using box = await openBox();
  await using daemon = box.startImp(["daemon", "run"]);
  await daemon.waitForStderr("daemon ready");
  await box.impOk(HOLD);
  const { pid } = await box.impJson(["show", "held"]);
  await Deno.remove(daemonDirectory(box.stateDir), { recursive: true });
  await daemon.waitForStderr("state directory has vanished");
  const found = await box.impJson(["show", "held"]);
  assertEquals([found.pid, found.status], [pid, "running"]);
  assertEquals((await box.imp(["stop", "held"])).code, 0);
  assertEquals(isAlive(pid), false);
});

Deno.test("F19 what ran before the machine was restarted is lost, and nobody is signalled for it", async () => {
  await using box = await openBox();
  await using stranger = box.start(["sleep", "1000000"]);
  await box.impOk(["add", "--name", "held", "--", "sleep", "1000000"]);
  const { pid, id } = await box.impJson(["show", "held"]);
  await killDaemon(box);
  for (const each of [await parentOf(pid), pid]) Deno.kill(each, "SIGKILL");
  await plantOtherBoot(box, id, stranger.pid);
  const found = await box.impJson(["show", "held"]);
  assertEquals([found.status, found.exit_code], ["lost", null]);
  assert(/restarted/.test(found.reason), found.reason);
  await box.imp(["stop", "held"]);
  assert(isAlive(stranger.pid));
});

async function parentOf(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

async function plantOtherBoot(box: Box, jobId: string, pid: number): Promise<void> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(`${daemonDirectory(box.stateDir)}/state.db`);
  const identity = JSON.stringify({ pid, startTime: "1", bootId: "another-boot" });
  database.prepare("UPDATE runs SET shim = ?, process = ? WHERE job_id = ?")
    .run(identity, identity, jobId);
  database.close();
}

Deno.test("F62 a record with a pid that means everybody, init or ourselves is never signalled", async () => {
  await using box = await openBox();
  for (const pid of [0, 1, -1]) {
    await box.impOk(["add", "--name", `job${pid}`, "--", "sleep", "1000000"]);
    const { pid: real, id } = await box.impJson(["show", `job${pid}`]);
    await killDaemon(box);
    for (const each of [await parentOf(real), real]) Deno.kill(each, "SIGKILL");
    await plantOtherBoot(box, id, pid);
    assertEquals((await box.impJson(["show", `job${pid}`])).status, "lost");
    assertEquals((await box.imp(["stop", `job${pid}`])).code, 0);
  }
});
