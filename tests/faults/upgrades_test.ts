/** FAULTS.md: upgrades that go wrong, and executables that change under a running daemon. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { findNewerImp, findOlderImp } from "../support/imp_executable.ts";

const OLDER = await findOlderImp();
const NEWER = await findNewerImp();
const IS_COMPILED = OLDER.kind === "compiled";
if (!IS_COMPILED) console.warn("NOT RUN: F12 needs compiled builds");

/** Where a daemon that starts can break: first thing, among the jobs, with its socket half made. */
const BREAKS = ["lock.taken:abort", "adopt.after_job:error(EIO)", "socket.bound:abort"];

Deno.test("F11 a newer build whose daemon breaks at its start leaves the jobs to the older one", async () => {
  await using box = await openBox(OLDER);
  await box.run(["mkfifo", "gate"]);
  await box.impOk(["add", "--name", "gate", "--", "sh", "-c", "read go < gate; exit 5"]);
  const held = await box.impJson(["show", "gate"]);
  for (const IMP_FAIL of BREAKS) {
    const older = await daemonPid(box);
    const broken = await box.run([...NEWER.command, "list"], { env: { IMP_FAIL } });
    assert([69, 70].includes(broken.code), `${IMP_FAIL}: ${broken.code} ${broken.stderr}`);
    assert(broken.stderr.includes("hint: "), broken.stderr);
    assert(await daemonPid(box) !== older, "the older build has started one of its own");
    const { pid, run, restarts } = await box.impJson(["show", "gate"]);
    assertEquals([pid, run, restarts], [held.pid, 1, 0], IMP_FAIL);
  }
  await box.shell("echo go > gate");
  assertEquals((await box.imp(["wait", "gate"])).code, 5);
});

Deno.test({
  name: "F12 a daemon whose executable is replaced, then removed, serves on and can be restarted",
  ignore: !IS_COMPILED,
  async fn() {
    await using box = await openBox(OLDER);
    const installed = await install(box, OLDER.command[0]!);
    await box.run([installed, "add", "--name", "held", "--", "sleep", "1000000"]);
    const { pid } = await box.impJson(["show", "held"]);
    const daemon = await daemonPid(box);

    await install(box, NEWER.command[0]!);
    await assertServes(box);
    assertEquals(await daemonPid(box), daemon);
    const asked = await box.run([installed, "ping", "--json"]);
    assertEquals(asked.code, 0, asked.stderr);
    assert(JSON.parse(asked.stdout).pid !== daemon, "the newer build takes over");

    const newer = await daemonPid(box);
    await Deno.remove(installed);
    await assertServes(box);
    assertEquals(await daemonPid(box), newer);
    await box.impOk(["daemon", "restart"]);
    assertEquals((await box.impJson(["show", "held"])).pid, pid);
  },
});

/** As package managers do: beside the old one, then renamed over it. */
async function install(box: Box, from: string): Promise<string> {
  const path = `${box.root}/installed-imp`;
  await Deno.copyFile(from, `${path}.new`);
  await Deno.rename(`${path}.new`, path);
  return path;
}

/** Of what a daemon does, that for which it starts something or reads what it has not read yet. */
async function assertServes(box: Box): Promise<void> {
  const run = await box.imp(["run", "-q", "--", "sh", "-c", "echo ran; exit 3"]);
  assertEquals([run.code, run.stdout], [3, "ran\n"], run.stderr);
  const exec = await box.imp(["exec", "--", "sh", "-c", "echo executed; exit 4"]);
  assertEquals([exec.code, exec.stdout], [4, "executed\n"], exec.stderr);
  await box.impOk(["daemon", "status"]);
  await box.impOk(["reload"]);
}
