/** FAULTS.md: what the system around gives, takes away or holds still: mounts, limits, sudo, time. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid, killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { findImp } from "../support/imp_executable.ts";
import { hasTools } from "../support/process_facts.ts";

const IS_ROOT = Deno.build.os === "linux" && Deno.uid() === 0;
const CAN_MOUNT = IS_ROOT && hasTools("unshare", "mount");
const CAN_TRACE = Deno.build.os === "linux" && hasTools("strace");
const IS_COMPILED = (await findImp()).kind === "compiled";
/** Longer than a client waits for a daemon's next word. */
const PAUSE_SECONDS = "6";
const USER = 64_001;

if (!IS_ROOT) console.warn("NOT RUN: F39 needs root");
if (!CAN_MOUNT) console.warn("NOT RUN: F109, F110 and F122 need root, unshare and mount");
if (!CAN_TRACE) console.warn("NOT RUN: F120 needs strace");
if (!IS_COMPILED) {
  console.warn("NOT RUN: F50 and F78 need a compiled imp: `deno run` has limits of its own");
}

/** Runs a line of shell where `mounts` was done first; nobody else sees it. `$IMP` is imp. */
function runWithMounts(box: Box, mounts: readonly string[], script: string) {
  const imp = box.executable.command.map((word) => `'${word}'`).join(" ");
  const lines = [...mounts, `cd '${box.project}'`, `imp() { ${imp} "$@"; }`, script];
  return box.run(["unshare", "--mount", "sh", "-ec", lines.join("\n")]);
}

Deno.test("F18 daemon, jobs and clients that were held still as by a suspend go on where they were", async () => {
  await using box = await openBox();
  const ticker = "i=0; while :; do i=$((i+1)); echo $i; sleep 0.1; done";
  await box.impOk(["add", "--name", "ticker", "--restart", "always", "--", "sh", "-c", ticker]);
  const before = await box.impJson(["show", "ticker"]);
  const daemon = await daemonPid(box);
  await using follower = box.startImp(["logs", "-f", "-n", "1000", "ticker"]);
  await follower.waitForStdout("\n10\n");
  const held = (await box.processes()).map(({ pid }) => pid);
  assert(held.includes(follower.pid) && held.includes(before.pid) && held.includes(daemon));
  for (const pid of held) trySignal(pid, "SIGSTOP");
  await box.run(["sleep", PAUSE_SECONDS]);
  for (const pid of held) trySignal(pid, "SIGCONT");
  const after = await box.impJson(["show", "ticker"]);
  assertEquals([after.status, after.pid, after.restarts], ["running", before.pid, 0]);
  assertEquals(await daemonPid(box), daemon);
  await follower.waitForStdout("\n30\n");
  await box.impOk(["stop", "ticker"]);
  await follower.waitForStdout("stopped (SIGTERM), run 1\n");
  follower.kill("SIGINT");
  const { stdout } = await follower.result();
  assertEquals(numbersIn(stdout), numbersIn(await box.impOk(["stdout", "ticker"])));
});

/** The sleeps between the ticks come and go. */
function trySignal(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

Deno.test({
  name: "F39 root under sudo leaves nothing in the user's directories, and takes none of them over",
  ignore: !IS_ROOT,
  async fn() {
    await using box = await openBox();
    const home = `${box.root}/their-home`;
    await Deno.mkdir(home, { mode: 0o700 });
    await Deno.chown(home, USER, USER);
    const env = {
      HOME: home,
      XDG_STATE_HOME: undefined,
      XDG_RUNTIME_DIR: undefined,
      SUDO_UID: String(USER),
    };
    const refused = await box.imp(["run", "--", "true"], { env });
    assertEquals(refused.code, 77, refused.stderr);
    assert(refused.stderr.includes("without sudo"), refused.stderr);
    // Where no service manager is, it fails for that.
    const enabled = await box.imp(["enable"], { env: { ...env, XDG_CONFIG_HOME: undefined } });
    assert(enabled.code !== 0, enabled.stderr);
    assertEquals([...Deno.readDirSync(home)], []);

    await Deno.mkdir(`${home}/.local/state/imp/d`, { recursive: true, mode: 0o700 });
    await Deno.chown(`${home}/.local/state/imp/d`, USER, USER);
    const taken = await box.imp(["--daemon-id", "d", "run", "--", "true"], { env });
    assertEquals(taken.code, 77, taken.stderr);
    assert(taken.stderr.includes(`sudo -u '#${USER}'`), taken.stderr);
    assert(!taken.stderr.includes("chown"), taken.stderr);
  },
});

Deno.test({
  name: "F50 with next to no descriptors imp works or says why it cannot, and its jobs stay",
  ignore: !IS_COMPILED || !hasTools("prlimit"),
  async fn() {
    await using box = await openBox();
    await box.impOk(["add", "--name", "held", "--", "sleep", "1000000"]);
    const { pid } = await box.impJson(["show", "held"]);
    for (const limit of [14, 17, 20, 23, 32]) {
      await killDaemon(box);
      const imp = ["prlimit", `--nofile=${limit}:${limit}`, ...box.executable.command];
      const { code, stderr } = await box.run([...imp, "list"]);
      const words = `${limit} descriptors: ${code} ${stderr}`;
      if (limit === 32) assertEquals(code, 0, words);
      else if (code !== 0) {
        assert(stderr.startsWith("imp: ") && !stderr.includes("bug in imp"), words);
      }
      assertEquals((await box.impJson(["show", "held"])).pid, pid);
    }
  },
});

Deno.test({
  name: "F78 a job has the limits of who asked for it, not those that the daemon gives itself",
  ignore: !IS_COMPILED,
  async fn() {
    await using box = await openBox();
    const limits = "ulimit -Sn; ulimit -Hn; ulimit -Su; ulimit -Sc";
    const own = await box.shell(`ulimit -Sn 600; ulimit -Hn 700; ulimit -Sc 0; ${limits}`);
    const job = await box.shell(
      `ulimit -Sn 600; ulimit -Hn 700; ulimit -Sc 0; imp run -- sh -c '${limits}'`,
    );
    assertEquals([job.code, job.stdout], [0, own.stdout], job.stderr);
    assert(own.stdout.startsWith("600\n700\n"), own.stdout);
  },
});

Deno.test({
  name: "F109 a project that is mounted read-only is worked in as any other",
  ignore: !CAN_MOUNT,
  async fn() {
    await using box = await openBox();
    const { code, stdout, stderr } = await runWithMounts(box, [
      `mount --bind '${box.project}' '${box.project}'`,
      `mount -o remount,bind,ro '${box.project}'`,
      `! touch '${box.project}/file' 2>&-`,
    ], "imp add -q --name held -- sleep 1000; imp run -- sh -c 'echo hello; exit 4' || echo $?");
    assertEquals([code, stdout.split("\n").slice(-3)], [0, ["hello", "4", ""]], stderr);
    assertEquals((await box.impJson(["show", "held"])).status, "running");
    assertEquals([...Deno.readDirSync(box.project)], []);
  },
});

Deno.test({
  name: "F110 nothing is executed from the directories of imp or the system's temporary ones",
  ignore: !CAN_MOUNT,
  async fn() {
    await using box = await openBox();
    await box.file("project/program", "#!/bin/sh\n", 0o755);
    const { code, stdout, stderr } = await runWithMounts(box, [
      `mount --bind '${box.root}' '${box.root}'`,
      `mount -o remount,bind,noexec '${box.root}'`,
    ], "imp run -- sh -c 'echo hello; exit 4' || echo $?; imp run -- ./program || echo $?");
    assertEquals([code, stdout], [0, "hello\n4\n126\n"], stderr);
    assert(stderr.includes("noexec"), stderr);
  },
});

Deno.test({
  name:
    "F120 what is answered was on the disk itself before, so that a power cut cannot take it back",
  ignore: !CAN_TRACE,
  async fn() {
    await using box = await openBox();
    const trace = `${box.root}/trace`;
    // The tracer stays as long as a job does, and would hold our pipes.
    const traced = `exec strace -D -f -y -s 100 -o '${trace}' -e trace=pwrite64,fdatasync,sendto \
      imp daemon run >/dev/null 2>&1`;
    await using _daemon = box.start(["sh", "-c", traced], { deadlineMs: 60_000 });
    await eventually("the daemon listens", () => box.runtimeFiles().join().includes("status.sock"));
    const requests: readonly (readonly [args: string[], reply: string])[] = [
      [["add", "--name", "web", "--", "sleep", "1000"], "job"],
      [["stop", "web"], "jobs"],
      [["start", "web"], "jobs"],
      [["remove", "-f", "web"], "removed"],
    ];
    for (const [args, reply] of requests) {
      const from = Deno.readTextFileSync(trace).length;
      await box.impOk(args);
      // The answer may be heard before the tracer has written it down.
      const { calls, replied } = await eventually(`the answer to ${args[0]} is there`, () => {
        const calls = Deno.readTextFileSync(trace).slice(from).split("\n");
        const replied = calls.findLastIndex((call) =>
          call.includes("sendto(") && call.includes(`\\"data\\":{\\"${reply}\\":`)
        );
        return replied > 0 && { calls, replied };
      }, { explain: () => Deno.readTextFileSync(trace).slice(from) });
      const before = calls.slice(0, replied);
      // The first: what the daemon has to write later on is not owed to who asked, and may be on its way.
      const written = before.findIndex((call) => /pwrite64\(\d+<[^>]*state\.db-wal>/.test(call));
      assert(written >= 0, `${args[0]} wrote nothing`);
      const after = before.slice(written);
      const synced = after.findIndex((call) => /fdatasync\(\d+<[^>]*state\.db-wal>/.test(call));
      const isDone = synced >= 0 &&
        after.slice(synced).some((call) => /fdatasync.* = 0/.test(call));
      assert(isDone, `${args[0]} was answered too early\n${after.join("\n")}`);
    }
  },
});

Deno.test({
  name:
    "F122 without file notifications the ends of adopted jobs are seen all the same, and followers miss nothing",
  ignore: !CAN_MOUNT,
  async fn() {
    await using box = await openBox();
    await box.run(["mkfifo", "gate"]);
    await box.impOk(["add", "--name", "held", "--", "sh", "-c", "read line < gate; exit 5"]);
    await killDaemon(box);
    const without = await box.run([
      ...["unshare", "--user", "--map-root-user", "sh", "-ec"],
      `echo 0 > /proc/sys/user/max_inotify_instances
      imp list -q >/dev/null
      imp add -q --name lines -- sh -c 'for i in 1 2 3 4 5; do echo $i; sleep 0.2; done'
      imp logs -f lines > seen & follower=$!
      imp wait -q lines
      until grep -qx 5 seen; do sleep 0.05; done
      kill -INT $follower
      wait $follower || true
      cat seen`,
    ]);
    assertEquals([without.code, numbersIn(without.stdout)], [0, "1 2 3 4 5"], without.stderr);
    await box.shell("echo go > gate");
    await eventually("the end is seen", async () => {
      const found = await box.impJson(["show", "held"]);
      assertEquals([found.status, found.exit_code], ["failed", 5]);
      return true;
    });
    const [id] = [...Deno.readDirSync(box.stateDir)].map(({ name }) => name);
    const log = await Deno.readTextFile(`${box.stateDir}/${id}/daemon.log`);
    assert(log.includes("No file notifications"), log);
  },
});

/** The lines that are numbers. */
function numbersIn(text: string): string {
  return text.split("\n").filter((line) => /^\d+$/.test(line)).join(" ");
}
