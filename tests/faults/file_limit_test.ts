/** A6: a limit of file sizes in the shell that happens to start the daemon is no end of it. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { readDropped } from "../support/keepers.ts";
import { findImp } from "../support/imp_executable.ts";

/** From source Deno itself writes its caches, beyond such a limit and before any code of ours runs. */
const IS_COMPILED = (await findImp()).kind === "compiled";

if (!IS_COMPILED) {
  console.error(
    "NOT RUN: A6, a limit of file sizes: Deno's own caches are larger; compile imp for it",
  );
}

/** As `ulimit -f` of dash and of a POSIX shell counts. */
const BLOCK_BYTES = 512;
const MIB = 1024 * 1024;

/** Runs imp where no file may be larger. */
function limited(box: Box, bytes: number, line: string) {
  return box.shell(`ulimit -f ${bytes / BLOCK_BYTES} && ${line}`);
}

Deno.test({
  name:
    "A6 a daemon whose files may have 1 MiB serves dozens of jobs, and begins again under that limit",
  ignore: Deno.build.os !== "linux" || !IS_COMPILED,
  async fn() {
    await using box = await openBox();
    assertEquals((await limited(box, MIB, "imp daemon start")).code, 0);
    const pid = await daemonPid(box);
    for (let count = 0; count < 16; count++) {
      await box.impOk(["add", "--name", `job${count}`, "--", "sh", "-c", "echo one; exit 3"]);
    }
    assertEquals(await daemonPid(box), pid, "it is the same daemon");
    await box.imp(["wait", "job15"]);
    assertEquals(await box.impOk(["stdout", "job15"]), "one\n");
    assertEquals((await limited(box, MIB, "imp daemon restart")).code, 0);
    assert(await daemonPid(box) !== pid);
    const jobs: { exit_code: number }[] = (await box.impJson(["list"])).jobs;
    assertEquals(jobs.map(({ exit_code }) => exit_code), Array(16).fill(3));
  },
});

Deno.test({
  name:
    "A6 a job that writes a larger file than its limit is ended by that; of its output is kept what may be, and the rest counted",
  ignore: Deno.build.os !== "linux" || !IS_COMPILED,
  async fn() {
    await using box = await openBox();
    await limited(box, MIB, "imp daemon start");
    const pid = await daemonPid(box);
    await box.impOk(["add", "--name", "other", "--", "sleep", "1000000"]);
    const write = "head -c 3000000 /dev/zero > big; exit $?";
    assertEquals((await box.imp(["run", "--name", "own", "--", "sh", "-c", write])).code, 153);
    await box.imp(["run", "--name", "exceeds", "--", "head", "-c", "3000000", "/dev/zero"]);
    const exceeds = await box.impJson(["show", "exceeds"]);
    assertEquals([exceeds.status, exceeds.exit_code], ["exited", 0]);
    const keptBytes = Deno.statSync(exceeds.stdout_path).size;
    assert(keptBytes <= MIB, `${keptBytes}`);
    assertEquals(readDropped(exceeds.stdout_path).bytes, 3_000_000 - keptBytes);
    assertEquals((await box.impJson(["show", "other"])).status, "running");
    assertEquals(await daemonPid(box), pid);
  },
});

Deno.test({
  name:
    "A6 a limit that is too small for the state is told by its name, and without it all goes on",
  ignore: Deno.build.os !== "linux" || !IS_COMPILED,
  async fn() {
    await using box = await openBox();
    for (const bytes of [1024, 16 * 1024]) {
      const { code, stderr } = await limited(box, bytes, "imp daemon start");
      assertEquals(code, 1, stderr);
      assertMatch(stderr, /Cannot write the state/);
      assertStringIncludes(stderr, `may have ${bytes} bytes (ulimit -f)`);
    }
    await box.impOk(["run", "--", "true"]);
  },
});

Deno.test({
  name: "A6 the log of a daemon begins anew before it reaches the limit",
  ignore: Deno.build.os !== "linux" || !IS_COMPILED,
  async fn() {
    await using box = await openBox();
    await box.impOk(["daemon", "start"]);
    await box.impOk(["daemon", "stop"]);
    const [id] = [...Deno.readDirSync(box.stateDir)].map(({ name }) => name);
    const log = `${box.stateDir}/${id}/daemon.log`;
    const limit = 128 * 1024;
    await Deno.writeTextFile(log, `${"x".repeat(limit - 10)}\n`);
    await limited(box, limit, "imp daemon start");
    const pid = await daemonPid(box);
    assertStringIncludes(await Deno.readTextFile(log), "daemon ready");
    assertEquals((await Deno.stat(`${log}.1`)).size, limit - 9);
    await box.impOk(["run", "--", "true"]);
    assertEquals(await daemonPid(box), pid);
  },
});
