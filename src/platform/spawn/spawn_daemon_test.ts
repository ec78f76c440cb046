import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { isAlive } from "../../../tests/support/process_facts.ts";
import { AppError } from "../../base/app_error.ts";
import { systemClock } from "../system_clock.ts";
import { spawnDetachedDaemon } from "./spawn_daemon.ts";

/** Six times five seconds. */
const LONGEST_MS = 30_000;

/** Deno keeps something for every child; these are meant to outlive us. */
function test(name: string, fn: () => Promise<void>, ignore = false): void {
  Deno.test({ name, fn, ignore, sanitizeOps: false, sanitizeResources: false });
}

function openDir() {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** Starts a shell script as the daemon. */
function spawn(script: string, logPath: string, env: Record<string, string> = {}) {
  const command = ["/bin/sh", "-c", script];
  return spawnDetachedDaemon({ command, logPath, clock: systemClock, env });
}

/** First the one, and then the other. */
function waits(first: number, then: number): () => number {
  let isFirst = true;
  return () => {
    const wait = isFirst ? first : then;
    isFirst = false;
    return wait;
  };
}

test("spawnDetachedDaemon() returns with the pid of a daemon that is ready", async () => {
  using dir = openDir();
  const { pid } = await spawn("echo READY $$; echo words >&2", `${dir.path}/log`);
  await eventually("it has ended", () => !isAlive(pid));
  assertEquals(Deno.readTextFileSync(`${dir.path}/log`), "words\n");
  assertEquals(Deno.statSync(`${dir.path}/log`).mode! & 0o777, 0o600);
});

test("E1 spawnDetachedDaemon() keeps the place and the marks of the client from the daemon", async () => {
  using dir = openDir();
  await spawn(
    `env > ${dir.path}/env; pwd > ${dir.path}/pwd; umask > ${dir.path}/umask; echo READY 1`,
    "/dev/null",
    {
      NOTIFY_SOCKET: "/run/notify",
      INVOCATION_ID: "x",
      IMP_JOB_DAEMON_ID: "outer",
      IMP_JOB_ID: "V3x",
      IMP_RUN_ID: "V3x-1",
      IMP_STATE_DIR: "/state/outer",
      KEPT: "yes",
    },
  );
  const env = Deno.readTextFileSync(`${dir.path}/env`);
  assertEquals(env.match(/^(NOTIFY_SOCKET|INVOCATION_ID|IMP_\w+)=/gm), ["IMP_IS_DAEMON="]);
  assertMatch(env, /^KEPT=yes$/m);
  assertEquals(Deno.readTextFileSync(`${dir.path}/pwd`), "/\n");
  assertEquals(Deno.readTextFileSync(`${dir.path}/umask`).trim(), "0077");
});

test("spawnDetachedDaemon() starts a daemon although its log cannot be written", async () => {
  const { pid } = await spawn("echo READY $$", "/nowhere/at/all");
  await eventually("it has ended", () => !isAlive(pid));
});

test("spawnDetachedDaemon() tells the signal that ended the daemon", async () => {
  using dir = openDir();
  const error = await assertRejects(() => spawn("kill -KILL $$", `${dir.path}/log`), AppError);
  assertEquals(error.message, "Daemon did not start: it was ended by SIGKILL");
});

test("spawnDetachedDaemon() tells a refusal when the daemon that refused is gone", async () => {
  using dir = openDir();
  const error = { code: "settings.invalid", message: "No" };
  const script =
    `mkfifo ${dir.path}/gate; echo 'ERROR ${JSON.stringify(error)}'; echo $$ > ${dir.path}/pid; ` +
    `read line < ${dir.path}/gate; exit 2`;
  let isTold = false;
  const refused = assertRejects(() => spawn(script, `${dir.path}/log`), AppError, "No")
    .finally(() => isTold = true);
  const pid = await eventually(
    "it has refused",
    () => Number(Deno.readTextFileSync(`${dir.path}/pid`)) || undefined,
  );
  assertEquals([isTold, isAlive(pid)], [false, true]);
  Deno.writeTextFileSync(`${dir.path}/gate`, "go\n");
  assertEquals((await refused).code, "settings.invalid");
  assertEquals(isAlive(pid), false);
});

test("spawnDetachedDaemon() does not wait for ever for one that has refused", async () => {
  using dir = openDir();
  let waits = 0;
  const clock = new class extends FakeClock {
    override schedule(delayMs: number, callback: () => void) {
      waits++;
      return super.schedule(delayMs, callback);
    }
  }();
  const script = `echo $$ > ${dir.path}/pid; echo 'ERROR {"code":"x","message":"No"}'; ` +
    `exec sleep 1000000`;
  const starting = assertRejects(() =>
    spawnDetachedDaemon({
      command: ["/bin/sh", "-c", script],
      logPath: `${dir.path}/log`,
      clock,
      processorWait: () => 0,
    }), AppError);
  await eventually("it has refused, and its end is waited for", () => waits === 2);
  await clock.advance(5_000);
  assertEquals((await starting).message, "No");
  Deno.kill(Number(Deno.readTextFileSync(`${dir.path}/pid`)), "SIGKILL");
});

test("spawnDetachedDaemon() tells that there is no such program", async () => {
  using dir = openDir();
  const command = ["/nowhere/imp"];
  const options = { command, logPath: `${dir.path}/log`, clock: systemClock };
  const error = await assertRejects(() => spawnDetachedDaemon(options), AppError);
  assertMatch(error.message, /ended with code 127, saying: .*\/nowhere\/imp.*not found/s);
});

test("spawnDetachedDaemon() leaves a child alone that may take longer", async () => {
  using dir = openDir();
  const clock = new FakeClock();
  const starting = assertRejects(() =>
    spawnDetachedDaemon({
      command: ["/bin/sh", "-c", `echo $$ > ${dir.path}/pid; exec sleep 60`],
      logPath: `${dir.path}/log`,
      clock,
      mayTakeLonger: () => true,
    }), AppError);
  const pid = await eventually(
    "it has started",
    () => Number(Deno.readTextFileSync(`${dir.path}/pid`)) || undefined,
  );
  await clock.advance(LONGEST_MS);
  assertMatch((await starting).hint!, new RegExp(`still starting \\(pid ${pid}\\)`));
  assertEquals(isAlive(pid), true);
  Deno.kill(pid, "SIGKILL");
});

test("F172 spawnDetachedDaemon() gives a child the time that the machine was too busy for it", async () => {
  using dir = openDir();
  const clock = new FakeClock();
  let isOver = false;
  const starting = assertRejects(() =>
    spawnDetachedDaemon({
      command: ["/bin/sh", "-c", `exec sleep 60`],
      logPath: `${dir.path}/log`,
      clock,
      processorWait: waits(0, 3_000),
    }), AppError).finally(() => isOver = true);
  await clock.advance(5_000);
  assert(!isOver, "3 s are forgiven");
  await clock.advance(2_999);
  assert(!isOver);
  await clock.advance(1);
  assertMatch((await starting).message, /was not ready within 5000 ms/);
});

test("F172 spawnDetachedDaemon() waits no longer than six times the limit", async () => {
  using dir = openDir();
  const clock = new FakeClock();
  let isOver = false;
  const starting = assertRejects(() =>
    spawnDetachedDaemon({
      command: ["/bin/sh", "-c", `exec sleep 60`],
      logPath: `${dir.path}/log`,
      clock,
      processorWait: waits(0, Infinity),
    }), AppError).finally(() => isOver = true);
  await clock.advance(LONGEST_MS - 1);
  assert(!isOver);
  await clock.advance(1);
  await starting;
});

/** bats, make and CI systems wait for the end of descriptors like these. */
test(
  "F44 spawnDetachedDaemon() lets the daemon hold no descriptor of whoever called the client",
  async () => {
    using dir = openDir();
    const program = `
    import { spawnDetachedDaemon } from "${import.meta.resolve("./spawn_daemon.ts")}";
    import { systemClock } from "${import.meta.resolve("../system_clock.ts")}";
    await spawnDetachedDaemon({
      command: ["/bin/sh", "-c", "ls /proc/self/fd > ${dir.path}/fds; echo READY 1"],
      logPath: "${dir.path}/log",
      clock: systemClock,
    });
    Deno.exit(0);`;
    Deno.writeTextFileSync(`${dir.path}/client.ts`, program);
    const script =
      `exec 3>/dev/null 9>/dev/null; exec "$0" run -A --no-config ${dir.path}/client.ts`;
    const shell = ["bash", "-c", `exec 20>/dev/null 255>/dev/null; exec sh -c '${script}' "$0"`];
    const { success } = await new Deno.Command(shell[0]!, {
      args: [...shell.slice(1), Deno.execPath()],
    }).output();
    assertEquals(success, true);
    const fds = Deno.readTextFileSync(`${dir.path}/fds`).trim().split("\n");
    // 3 is the directory that ls reads.
    assertEquals(fds, ["0", "1", "2", "3"]);
  },
  Deno.build.os !== "linux",
);
