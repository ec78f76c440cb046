import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import type { TestProcess } from "../support/process.ts";
import { isAlive } from "../support/process_facts.ts";

const ID = ["--daemon-id", "life"];

/** A daemon in the foreground that answers. */
async function startDaemon(box: Box, ...flags: string[]): Promise<TestProcess> {
  const daemon = box.startImp([...ID, "daemon", "run", ...flags]);
  await daemon.waitForStderr("daemon ready");
  return daemon;
}

/** Adds a job, waits until it has said that it is ready, and returns its pid. */
async function addJob(box: Box, name: string, script: string): Promise<number> {
  await box.impOk([...ID, "add", "--name", name, "--", ...fixture(script)]);
  await eventually(
    `${name} is ready`,
    async () => (await box.impOk([...ID, "stdout", name])).includes("READY"),
  );
  return (await box.impJson([...ID, "show", name])).pid;
}

function setting(box: Box, text: string): Promise<string> {
  return box.file("config/imp/config.yaml", text);
}

Deno.test("F07 a daemon in the foreground tells the terminal what it does, and Ctrl+C ends it with its jobs", async () => {
  await using box = await openBox();
  await using daemon = await startDaemon(box);
  const job = await addJob(box, "web", "hold.sh");
  daemon.kill("SIGINT");
  const { code, stderr } = await daemon.result();
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "shutting down reason=SIGINT");
  assertEquals(isAlive(job), false);
  assertEquals(box.runtimeFiles().filter((path) => !path.endsWith("start.lock")), []);
});

Deno.test("F07 a second Ctrl+C ends the daemon and a stubborn job at once", async () => {
  await using box = await openBox();
  // Whoever waited for these would not be heard of before the deadline of a test.
  await setting(box, "stop_timeout: 1h\nshutdown_timeout: 1h\n");
  await using daemon = await startDaemon(box);
  const job = await addJob(box, "stubborn", "stubborn.sh");
  daemon.kill("SIGINT");
  await daemon.waitForStderr("shutting down");
  daemon.kill("SIGINT");
  const { code, stderr } = await daemon.result();
  assertEquals(code, 1, stderr);
  assertStringIncludes(stderr, "by force");
  assertEquals(isAlive(job), false);
});

Deno.test("a job that ignores TERM holds the daemon no longer than shutdown_timeout", async () => {
  await using box = await openBox();
  await setting(box, "stop_timeout: 1h\nshutdown_timeout: 1s\n");
  await using daemon = await startDaemon(box);
  const job = await addJob(box, "stubborn", "stubborn.sh");
  const startedAtMs = performance.now();
  daemon.kill("SIGTERM");
  const { code, stderr } = await daemon.result();
  const tookMs = performance.now() - startedAtMs;
  assertEquals(code, 1, stderr);
  assert(tookMs > 900, `it took ${tookMs} ms`);
  assertStringIncludes(stderr, "shutting down by force");
  assertEquals(isAlive(job), false);
});

Deno.test("F07 SIGQUIT and daemon stop --keep-jobs leave the jobs to the next daemon", async () => {
  await using box = await openBox();
  await using first = await startDaemon(box);
  const job = await addJob(box, "web", "hold.sh");
  first.kill("SIGQUIT");
  assertEquals((await first.result()).code, 0);
  await using second = await startDaemon(box);
  assertEquals((await box.impJson([...ID, "show", "web"])).pid, job);
  await box.impOk([...ID, "daemon", "stop", "--keep-jobs"]);
  assertEquals((await second.result()).code, 0);
  assert(isAlive(job));
  assertEquals((await box.impJson([...ID, "show", "web"])).pid, job);
  await box.impOk([...ID, "ping"]);
  assertEquals((await box.impJson([...ID, "show", "web"])).pid, job);
});

Deno.test("F13 a second daemon says who is there, since when, and exits 6", async () => {
  await using box = await openBox();
  await using daemon = await startDaemon(box);
  const { code, stderr } = await box.imp([...ID, "daemon", "run"]);
  assertEquals(code, 6, stderr);
  assertStringIncludes(stderr, `pid ${daemon.pid}, since 20`);
  assertEquals((await box.impJson([...ID, "ping"])).pid, daemon.pid);
});

Deno.test("a pid file from a crash that names a living process hinders nothing", async () => {
  await using box = await openBox();
  await using stranger = box.start(["sleep", "1000000"]);
  await Deno.mkdir(`${box.runtimeDir}/life`, { recursive: true, mode: 0o700 });
  await box.file(
    "run/imp/life/daemon.pid",
    `${stranger.pid}\n2026-01-01T00:00:00.000Z\nx\n`,
    0o600,
  );
  await Deno.chmod(box.runtimeDir, 0o700);
  await using daemon = await startDaemon(box);
  daemon.kill("SIGTERM");
  assertEquals((await daemon.result()).code, 0);
  assert(isAlive(stranger.pid));
});

Deno.test("a settings file that is wrong starts nothing, and says what and where", async () => {
  await using box = await openBox();
  const path = await setting(box, "runs_kept: 10\nlog_level: loud\n");
  const { code, stderr } = await box.imp([...ID, "daemon", "run"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, `${path}: log_level (line 2) must be one of`);
  assertStringIncludes(stderr, '"loud"');
  assertEquals(await box.daemons(), []);
});

Deno.test("F07 a reload applies what changed, and keeps the old settings when the new are wrong", async () => {
  await using box = await openBox();
  await using daemon = await startDaemon(box);
  const job = await addJob(box, "web", "hold.sh");
  await setting(box, "log_level: debug\nmax_frame_bytes: 2MiB\n");
  assertEquals(await box.impJson([...ID, "reload"]), {
    changed: ["max_frame_bytes", "log_level"],
    needs_restart: ["max_frame_bytes"],
    notes: [],
    jobs: [],
  });
  await setting(box, "log_level: loud\n");
  const { code, stderr } = await box.imp([...ID, "reload"]);
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, '"loud"');
  daemon.kill("SIGHUP");
  await daemon.waitForStderr(/reload failed[^]*reload failed/);
  const { settings } = await box.impJson([...ID, "config"]);
  const level = settings.find(({ name }: { name: string }) => name === "log_level");
  assertEquals(level.value, "debug");
  assertEquals((await box.impJson([...ID, "show", "web"])).pid, job);
  await setting(box, "");
});

Deno.test("whoever renames the log and sends USR1 loses no line", async () => {
  await using box = await openBox();
  await setting(box, "log_level: debug\n");
  const log = `${box.root}/tmp/imp.log`;
  await using daemon = box.startImp([...ID, "daemon", "run", "--log-file", log]);
  await eventually("it is ready", () => Deno.readTextFileSync(log).includes("daemon ready"));
  const count = 20;
  for (let round = 0; round < count; round++) {
    // A signal without meaning leaves a line.
    daemon.kill("SIGUSR2");
    await eventually("the line is there", () => countOf(log, "SIGUSR2") === round + 1);
    if (round % 5 !== 4) continue;
    await Deno.rename(log, `${log}.${round}`);
    daemon.kill("SIGUSR1");
    await eventually("there is a new log", () => Deno.readTextFileSync(log) !== "");
  }
  assertEquals(countOf(log, "SIGUSR2"), count);
  assertEquals((await Deno.stat(log)).mode! & 0o777, 0o600);
  daemon.kill("SIGTERM");
  assertEquals((await daemon.result()).code, 0);
});

/** In a log and all that it was before. */
function countOf(log: string, word: string): number {
  const [dir, name] = [log.slice(0, log.lastIndexOf("/")), log.slice(log.lastIndexOf("/") + 1)];
  return [...Deno.readDirSync(dir)].filter((entry) => entry.name.startsWith(name))
    .map((entry) => Deno.readTextFileSync(`${dir}/${entry.name}`).split(word).length - 1)
    .reduce((sum, found) => sum + found, 0);
}

Deno.test("a log grows no larger than it may, and the newest are kept", async () => {
  await using box = await openBox();
  await setting(box, "log_level: debug\ndaemon_log_max_bytes: 1KiB\ndaemon_log_kept: 3\n");
  const dir = `${box.root}/tmp/logs`;
  await Deno.mkdir(dir);
  const log = `${dir}/imp.log`;
  await using daemon = box.startImp([...ID, "daemon", "run", "--log-file", log]);
  await eventually("it is ready", () => countOf(log, "daemon ready") === 1);
  const names = () => [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
  await eventually("there are four", () => {
    daemon.kill("SIGUSR2");
    return names().length === 4;
  });
  assertEquals(names(), ["imp.log", "imp.log.1", "imp.log.2", "imp.log.3"]);
  for (const name of names()) assert(Deno.statSync(`${dir}/${name}`).size <= 1_024);
  daemon.kill("SIGTERM");
  assertEquals((await daemon.result()).code, 0);
});

Deno.test("a detached daemon logs by itself, and goes when nobody needs it", async () => {
  await using box = await openBox();
  await setting(box, "idle_exit: 1s\n");
  const { pid } = await box.impJson([...ID, "daemon", "start"]);
  await eventually("it is gone", () => !isAlive(pid));
  const log = await Deno.readTextFile(`${box.stateDir}/life/daemon.log`);
  assertStringIncludes(log, "shutting down reason=idle");
  assertEquals((await Deno.stat(`${box.stateDir}/life/daemon.log`)).mode! & 0o777, 0o600);
});
