/** FAULTS.md, group A: death, restart and upgrade of the daemon, as far as other tests do not tell it. */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { fixture } from "../support/fixtures.ts";
import type { TestProcess } from "../support/process.ts";
import { isAlive, parentOf } from "../support/process_facts.ts";

const HOLD = ["add", "--name", "held", "--", ...fixture("hold.sh")];

function daemonDirectory(parent: string): string {
  return `${parent}/${[...Deno.readDirSync(parent)].map(({ name }) => name).sort()[0]}`;
}

/** A daemon in the foreground that keeps one job, and the job's pid. */
async function startWithJob(box: Box): Promise<{ daemon: TestProcess; job: number }> {
  const daemon = box.startImp(["daemon", "run"]);
  await daemon.waitForStderr("daemon ready");
  await box.impOk(HOLD);
  return { daemon, job: (await box.impJson(["show", "held"])).pid };
}

const CGROUPS = "/sys/fs/cgroup/memory";

/** A group of processes that the kernel kills when they take more memory than this; undefined where it cannot be had. */
function openMemoryGroup(name: string, bytes: number): (Disposable & { path: string }) | undefined {
  const [path, limit] = [`${CGROUPS}/${name}`, "memory.limit_in_bytes"];
  try {
    Deno.mkdirSync(path);
    Deno.writeTextFileSync(`${path}/${limit}`, String(bytes));
    return { path, [Symbol.dispose]: () => Deno.removeSync(path) };
  } catch {
    console.warn(
      "NOT RUN: F06 by the kernel itself, for there is no memory cgroup that may be used",
    );
    return undefined;
  }
}

Deno.test({
  name: "F06 the kernel kills a daemon for its memory, and its jobs go on under the next",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using box = await openBox();
    using group = openMemoryGroup(box.root.slice(5), 64 * 1024);
    if (group === undefined) return;
    const { daemon, job } = await startWithJob(box);
    await using _daemon = daemon;
    // All that it has now counts for somebody else; what it touches from here on is too much.
    Deno.writeTextFileSync(`${group.path}/cgroup.procs`, String(daemon.pid));
    await Promise.race([box.imp(["ping"]), daemon.result()]);
    assertEquals((await daemon.result()).signal, "SIGKILL");
    const found = await box.impJson(["show", "held"]);
    assertEquals([found.pid, found.run, found.status], [job, 1, "running"]);
  },
});

/** Lowering it takes a capability that root may lack. */
const CAN_PROTECT = Deno.build.os === "linux" &&
  new Deno.Command("/bin/sh", {
    args: ["-c", "echo -500 > /proc/self/oom_score_adj"],
    stderr: "null",
  })
    .outputSync().success;
if (!CAN_PROTECT) {
  console.warn("NOT RUN: F06 with a protected daemon, for none can be protected here");
}

Deno.test({
  name: "F06 the protection of a daemon from the kernel's killing is not handed on to its jobs",
  ignore: !CAN_PROTECT,
  async fn() {
    await using box = await openBox();
    await using daemon = box.start([
      "/bin/sh",
      "-c",
      'echo -500 > /proc/self/oom_score_adj; exec "$@"',
      "sh",
      ...box.executable.command,
      "daemon",
      "run",
    ]);
    await daemon.waitForStderr("daemon ready");
    const scoreOf = (pid: number) => Deno.readTextFileSync(`/proc/${pid}/oom_score_adj`).trim();
    assertEquals(scoreOf(daemon.pid), "-500");
    await box.impOk(HOLD);
    const { pid } = await box.impJson(["show", "held"]);
    assertEquals([scoreOf(parentOf(pid)), scoreOf(pid)], ["0", "0"]);
    assertEquals((await box.imp(["exec", "--", "cat", "/proc/self/oom_score_adj"])).stdout, "0\n");
  },
});

/** What becomes of the daemon and its job when it gets the signal twice in a row. */
const SIGNALS: readonly [Deno.Signal, { ends: boolean; jobLives: boolean }][] = [
  ["SIGTERM", { ends: true, jobLives: false }],
  ["SIGINT", { ends: true, jobLives: false }],
  ["SIGQUIT", { ends: true, jobLives: true }],
  ["SIGHUP", { ends: false, jobLives: true }],
  ["SIGUSR1", { ends: false, jobLives: true }],
  ["SIGUSR2", { ends: false, jobLives: true }],
  ["SIGPIPE", { ends: false, jobLives: true }],
  ["SIGXFSZ", { ends: false, jobLives: true }],
  ["SIGXCPU", { ends: false, jobLives: true }],
  ["SIGALRM", { ends: false, jobLives: true }],
  ["SIGVTALRM", { ends: false, jobLives: true }],
  ["SIGPROF", { ends: false, jobLives: true }],
  ["SIGIO", { ends: false, jobLives: true }],
];

for (const [signal, { ends, jobLives }] of SIGNALS) {
  Deno.test(`F07 ${signal} twice in a row ${ends ? "ends" : "does not end"} a daemon, and its job ${jobLives ? "lives" : "goes with it"}`, async () => {
    await using box = await openBox();
    const { daemon, job } = await startWithJob(box);
    await using _daemon = daemon;
    for (let count = 0; count < (ends ? 2 : 100); count++) daemon.kill(signal);
    if (ends) {
      const { code, signal: by } = await daemon.result();
      // The second may come before the first was heard, or when it is nearly gone.
      assert(by === null && [0, 1].includes(code), `${code} ${by}`);
    } else assertEquals(await daemonPid(box), daemon.pid);
    assertEquals(isAlive(job), jobLives);
    const found = await box.impJson(["show", "held"]);
    assertEquals([found.status, found.run], [jobLives ? "running" : "stopped", 1]);
    if (jobLives) assertEquals(found.pid, job);
  });
}

Deno.test("F08 a daemon that was stopped by a signal is named by who asks, goes on where it was, and can be replaced", async () => {
  await using box = await openBox();
  const { daemon, job } = await startWithJob(box);
  await using _daemon = daemon;
  daemon.kill("SIGSTOP");
  const asked = await Promise.all([box.imp(["list"]), box.imp(["add", "--", "true"])]);
  for (const { code, stderr } of asked) {
    assertEquals(code, 69, stderr);
    assert(stderr.includes(`Daemon is not answering (pid ${daemon.pid})`), stderr);
    assert(stderr.includes(`kill -CONT ${daemon.pid}`), stderr);
  }
  daemon.kill("SIGCONT");
  const found = await box.impJson(["show", "held"]);
  assertEquals([found.status, found.pid], ["running", job]);
  assertEquals((await box.impJson(["list"])).jobs.length, 1, "nothing was added behind its back");

  daemon.kill("SIGSTOP");
  const restarted = await box.impJson(["daemon", "restart"]);
  assertEquals(restarted.old_pid, daemon.pid);
  const next = await box.impJson(["show", "held"]);
  assertEquals([next.status, next.pid, isAlive(daemon.pid)], ["running", job, false]);

  // Nor one that cannot even be asked: its socket is gone, and it holds its lock.
  Deno.kill(restarted.pid, "SIGSTOP");
  await Deno.remove(`${box.runtimeDir}/${box.runtimeFiles()[0]!.split("/")[0]}/daemon.sock`);
  assertEquals((await box.impJson(["daemon", "restart"])).old_pid, restarted.pid);
  const last = await box.impJson(["show", "held"]);
  assertEquals([last.status, last.pid, isAlive(restarted.pid)], ["running", job, false]);
});

Deno.test("F10 a store of a newer imp is refused by name and left as it is", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "once", "--", "true"]);
  await box.impOk(["daemon", "stop"]);
  const path = `${daemonDirectory(box.stateDir)}/state.db`;
  const setVersion = (version: number) => {
    const database = new DatabaseSync(path);
    const [{ user_version }] = database.prepare("PRAGMA user_version").all() as [
      { user_version: number },
    ];
    database.exec(`PRAGMA user_version = ${version}`);
    database.close();
    return user_version;
  };
  const known = setVersion(99);
  const before = await Deno.readFile(path);
  const { code, stderr } = await box.imp(["list"]);
  assertEquals(code, 5, stderr);
  assert(stderr.includes(path) && stderr.includes("99"), stderr);
  assertEquals(await Deno.readFile(path), before);
  setVersion(known);
  assertEquals((await box.impJson(["list"])).jobs.length, 1);
});

Deno.test("F14 a daemon whose lock file was removed stays the only one, and locks one anew", async () => {
  await using box = await openBox();
  const { daemon, job } = await startWithJob(box);
  await using _daemon = daemon;
  const lock = `${daemonDirectory(box.runtimeDir)}/daemon.pid`;
  await Deno.remove(lock);
  // While it has not noticed yet there is still no second one: the store has a lock of its own.
  const second = await box.imp(["daemon", "run"]);
  assertEquals(second.code, 6, second.stderr);
  assert(second.stderr.includes(`pid ${daemon.pid}`), second.stderr);
  await daemon.waitForStderr(`${lock}" was removed, and was made anew`);
  assertEquals((await box.imp(["daemon", "run"])).code, 6);
  const found = await box.impJson(["show", "held"]);
  assertEquals([found.pid, found.run, found.status], [job, 1, "running"]);
  assertEquals(await daemonPid(box), daemon.pid);
});

Deno.test("F15 a daemon whose state directory was removed makes it anew, goes on with its jobs and says so", async () => {
  await using box = await openBox();
  await using daemon = box.startImp(["daemon", "run"]);
  await daemon.waitForStderr("daemon ready");
  await box.impOk(HOLD);
  const { pid } = await box.impJson(["show", "held"]);
  const state = daemonDirectory(box.stateDir);
  await Deno.remove(state, { recursive: true });
  await daemon.waitForStderr(`${state}" was removed, and was made anew`);
  const found = await box.impJson(["show", "held"]);
  assertEquals([found.pid, found.status], [pid, "running"]);
  assertEquals((await box.imp(["stop", "held"])).code, 0);
  assertEquals(isAlive(pid), false);
});

Deno.test("F16 a project that is moved is another project, until it is named; its jobs go on meanwhile", async () => {
  await using box = await openBox();
  await box.impOk(HOLD);
  const { daemon_id } = await box.impJson(["ping"]);
  const { pid } = await box.impJson(["show", "held"]);
  const moved = `${box.root}/moved`;
  await Deno.rename(box.project, moved);
  assertEquals(JSON.parse((await box.imp(["list", "--json"], { cwd: moved })).stdout), {
    jobs: [],
  });
  const found = await box.imp(["--daemon-id", daemon_id, "show", "held", "--json"], { cwd: moved });
  assertEquals(JSON.parse(found.stdout).pid, pid);
  await Deno.rename(moved, box.project);
});
