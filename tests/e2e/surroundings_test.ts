/** A job has the surroundings of whoever asked for it, not of whoever happened to start the daemon. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { findImp } from "../support/imp_executable.ts";
import { areThere } from "../support/programs.ts";

const IS_LINUX = Deno.build.os === "linux";
const IS_COMPILED = (await findImp()).kind === "compiled";
const IS_ROOT = Deno.uid() === 0;
const CPUS = navigator.hardwareConcurrency;
/** Root in a container may not. */
const MAY_RAISE = new Deno.Command("sh", {
  args: ["-c", "ulimit -n 100 && ulimit -Hn 200"],
  stderr: "null",
}).outputSync().success;
const HAS_TOOLS = await areThere(["taskset", "setpriv", "unshare"]);

/** A line of shell in the box, which must succeed; its stdout. */
async function shell(box: Box, script: string): Promise<string> {
  const { code, stdout, stderr } = await box.shell(script);
  assertEquals(code, 0, stderr);
  return stdout;
}

const TELL =
  "nice; sed -n s/^Cpus_allowed_list://p /proc/self/status; cat /proc/self/oom_score_adj";

Deno.test({
  name: "E4 niceness, processors and oom_score_adj are the caller's, in runs and execs",
  ignore: !IS_LINUX || !IS_ROOT || !HAS_TOOLS,
  async fn() {
    await using box = await openBox();
    const plain = await shell(box, TELL);
    // Whoever starts the daemon has narrow surroundings.
    await shell(
      box,
      "echo 300 >/proc/self/oom_score_adj; exec nice -n 3 taskset -c 0 imp daemon start",
    );
    for (const verb of ["run", "exec"]) {
      assertEquals(await shell(box, `imp ${verb} -- sh -c '${TELL}'`), plain, verb);
    }
    const narrow = `echo 700 >/proc/self/oom_score_adj; exec nice -n 5 taskset -c ${CPUS - 1}`;
    const expected = await shell(box, `${narrow} sh -c '${TELL}'`);
    for (const verb of ["run", "exec"]) {
      assertEquals(await shell(box, `${narrow} imp ${verb} -- sh -c '${TELL}'`), expected, verb);
    }
    // And so it stays, whoever restarts it.
    await shell(box, `${narrow} imp add --name n -- sh -c '${TELL}; sleep 1000000'`);
    await shell(box, "imp restart n");
    await shell(box, "imp wait --for running n");
    const shown = await box.impJson(["show", "n"]);
    assertEquals(
      await shell(box, `sed -n s/^Cpus_allowed_list://p /proc/${shown.pid}/status`),
      `${expected.split("\n")[1]}\n`,
    );
  },
});

Deno.test({
  name: "E4 limits are the caller's, whichever shell of his set them",
  ignore: !IS_LINUX || !IS_COMPILED,
  async fn() {
    await using box = await openBox();
    const tell = "ulimit -Sn; ulimit -Hn; ulimit -f; ulimit -c; ulimit -v; ulimit -s; ulimit -t";
    const plain = await shell(box, tell);
    await shell(box, "ulimit -n 500; ulimit -f 20000; ulimit -c 0; imp daemon start");
    const narrow = "ulimit -Sn 200; ulimit -Hn 300; ulimit -f 4000; ulimit -s 4096; ulimit -t 999";
    const expected = await shell(box, `${narrow}; ${tell}`);
    for (const verb of ["run", "exec"]) {
      assertEquals(await shell(box, `${narrow}; imp ${verb} -- sh -c '${tell}'`), expected, verb);
      if (MAY_RAISE) assertEquals(await shell(box, `imp ${verb} -- sh -c '${tell}'`), plain, verb);
    }
  },
});

Deno.test({
  name: "E4 what an ordinary user's daemon cannot give is said, and the rest is given",
  ignore: !IS_LINUX || !IS_ROOT || !IS_COMPILED || !HAS_TOOLS,
  async fn() {
    await using box = await openBox();
    await Deno.chmod(box.root, 0o711);
    await Deno.chmod(`${box.root}/bin`, 0o755);
    const names = ["run", "state", "home"];
    for (const name of ["", ...names]) {
      await Deno.mkdir(`${box.root}/user/${name}`, { mode: 0o700 });
      await Deno.chown(`${box.root}/user/${name}`, 65534, 65534);
    }
    const dirs = `XDG_RUNTIME_DIR=${box.root}/user/run XDG_STATE_HOME=${box.root}/user/state ` +
      `HOME=${box.root}/user/home XDG_CONFIG_HOME=${box.root}/user/home`;
    const user = "cd $HOME; setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all";
    const as = (script: string) => box.shell(`export ${dirs}; ${script}`);
    const started = await as(`cd $HOME; exec nice -n 3 ${user.split("; ")[1]} \
      sh -c 'ulimit -n 500; imp daemon start'`);
    assertEquals(started.code, 0, started.stderr);
    try {
      const tell = "nice; ulimit -n; sed -n s/^Cpus_allowed_list://p /proc/self/status";
      const { code, stdout, stderr } = await as(
        `${user} taskset -c 0 imp run -- sh -c '${tell}'`,
      );
      assertEquals([code, stdout], [0, "3\n500\n\t0\n"], stderr);
      assertStringIncludes(stderr, "It has the daemon's instead of yours: ");
      for (const word of ["niceness", "limit of open files"]) assertStringIncludes(stderr, word);
      assertEquals(stderr.includes("processors"), false);
    } finally {
      await as(`${user} imp nuke`);
    }
  },
});

Deno.test({
  name: "E4 a namespace that a job cannot be put into is named",
  ignore: !IS_LINUX || !IS_ROOT || !HAS_TOOLS,
  async fn() {
    await using box = await openBox();
    await box.impOk(["daemon", "start"]);
    const { code, stderr } = await box.shell(
      "unshare --net --uts imp add --name n -- sleep 1000000",
    );
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "It has the daemon's instead of yours: ");
    assertStringIncludes(stderr, "network");
    assertStringIncludes(stderr, "host name");
    assertEquals((await box.imp(["add", "--", "sleep", "999999"])).stderr, "");
    const [job] = (await box.impJson(["ls"])).jobs;
    assert(job.pid !== null);
  },
});
