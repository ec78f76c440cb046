import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { eventually } from "../../tests/support/eventually.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { BUILD, openPaths, startFakeDaemon } from "../../tests/support/fake_daemon.ts";
import { isAlive } from "../../tests/support/process_facts.ts";
import { AppError } from "../base/app_error.ts";
import { isLockHeld, tryFileLock } from "../platform/file_lock.ts";
import { withRuntimeDir } from "../platform/paths.ts";
import { connectDaemon } from "./connect.ts";
import { ensureDaemon } from "./ensure_daemon.ts";
import type { EnsureDaemonOptions } from "./connect_options.ts";

const FIXTURE = new URL("../../tests/fixtures/small_daemon.ts", import.meta.url);
const CONFIG = new URL("../../deno.json", import.meta.url);
const NEWER = { ...BUILD, build: "20261231T000000.000Z" };

/** A daemon outlives who started it, so what Deno keeps for a child is never released. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false, sanitizeResources: false });
}

type Behaviour = "" | "fails" | "dies" | "hangs" | "hangs without lock" | "stays";

/** A place for the daemons of one test, which are killed at its end. */
function openWorld(behaviour: Behaviour = "") {
  const world = openPaths();
  const { paths, root } = world;
  const options: EnsureDaemonOptions = {
    paths,
    build: BUILD,
    daemonWords: ["daemon", "run"],
    command: [
      ...[Deno.execPath(), "run", "--quiet", "-A", `--config=${CONFIG.pathname}`],
      ...[FIXTURE.pathname, behaviour],
    ],
    env: {
      XDG_RUNTIME_DIR: `${root}/run`,
      XDG_STATE_HOME: `${root}/state`,
      FIXTURE_BUILD: BUILD.build,
    },
    startLimitMs: 60_000,
  };
  return {
    ...world,
    options,
    starts: () => Deno.readTextFileSync(`${paths.stateDir}/starts`).trim().split("\n").map(Number),
    async [Symbol.asyncDispose]() {
      for (const pid of this.starts()) {
        if (isAlive(pid)) Deno.kill(pid, "SIGKILL");
        await eventually("the daemon has ended", () => !isAlive(pid));
      }
      world[Symbol.dispose]();
    },
  };
}

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  return await assertRejects(() => promise, AppError);
}

test("ensureDaemon() starts a daemon, of its own session, and finds it the next time", async () => {
  await using world = openWorld();
  const pids: number[] = [];
  for (let round = 0; round < 2; round++) {
    await using client = await ensureDaemon(world.options);
    pids.push((await client.request("ping", {})).pid);
  }
  assertEquals(pids[0], pids[1]);
  assertEquals(world.starts(), [pids[0]!]);
  assertEquals(Deno.readTextFileSync(world.paths.daemonLog), "");
  if (Deno.build.os !== "linux") return;
  const stat = Deno.readTextFileSync(`/proc/${pids[0]}/stat`).split(") ")[1]!.split(" ");
  assertEquals([stat[2], stat[3], stat[4]], [String(pids[0]), String(pids[0]), "0"]);
  assertEquals(Deno.readLinkSync(`/proc/${pids[0]}/cwd`), "/");
});

test("ensureDaemon(), fifty times at once, starts one daemon and succeeds fifty times", async () => {
  await using world = openWorld();
  const clients = await Promise.all(Array.from({ length: 50 }, () => ensureDaemon(world.options)));
  const pids = await Promise.all(
    clients.map(async (client) => (await client.request("ping", {})).pid),
  );
  assertEquals(new Set(pids).size, 1);
  assertEquals(world.starts().length, 1);
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
});

test("ensureDaemon() clears away the socket of a killed daemon", async () => {
  await using world = openWorld();
  for (let round = 0; round < 2; round++) {
    await using client = await ensureDaemon(world.options);
    const { pid } = await client.request("ping", {});
    Deno.kill(pid, "SIGKILL");
    await client.closed;
  }
  assertEquals(world.starts().length, 2);
  Deno.lstatSync(world.paths.socket);
});

test("ensureDaemon() passes on what the daemon announced", async () => {
  await using world = openWorld("fails");
  const error = await refusal(ensureDaemon(world.options));
  assertEquals(error.toShape(), {
    code: "settings.bad_value",
    message: "No such setting",
    hint: "Look",
  });
  assertEquals(world.starts().length, 1);
});

test("ensureDaemon() quotes the last words of a daemon that died without an announcement", async () => {
  await using world = openWorld("dies");
  Deno.writeTextFileSync(world.paths.daemonLog, "what an earlier one said\n");
  const error = await refusal(ensureDaemon(world.options));
  assertEquals(error.code, "daemon.start_failed");
  assertEquals(
    error.message,
    "Daemon did not start: it ended with code 3, saying: something is very wrong",
  );
  assertStringIncludes(error.hint!, world.paths.daemonLog);
});

/** Six times five seconds: what a busy machine takes from the daemon is not counted. */
const LONGEST_START_MS = 30_000;

test("ensureDaemon() ends a daemon that does nothing within five seconds", async () => {
  await using world = openWorld("hangs without lock");
  const clock = new FakeClock();
  const starting = refusal(ensureDaemon({ ...world.options, clock, startLimitMs: 5_000 }));
  const [pid] = await eventually("it has started", () => world.starts());
  await clock.advance(LONGEST_START_MS);
  const error = await starting;
  assertEquals(error.code, "daemon.start_failed");
  assertEquals(error.message, "Daemon was not ready within 5000 ms");
  await eventually("it is ended", () => !isAlive(pid!));
});

test("ensureDaemon() leaves alone a slow daemon that has the lock already", async () => {
  await using world = openWorld("hangs");
  const clock = new FakeClock();
  const options = { ...world.options, clock, startLimitMs: 5_000 };
  const starting = refusal(ensureDaemon(options));
  await eventually("it has the lock", () => isLockHeld(world.paths.pidFile));
  await clock.advance(LONGEST_START_MS);
  assertEquals((await starting).code, "daemon.start_failed");
  const [pid] = world.starts();
  assert(isAlive(pid!));

  let isOver = false;
  const again = refusal(ensureDaemon(options)).finally(() => isOver = true);
  while (!isOver) await clock.advance(20);
  const socket = JSON.stringify(world.paths.socket);
  const { message } = await again;
  assertEquals(message, `Daemon (pid ${pid}) lives, but does not listen at ${socket}`);
});

test("ensureDaemon() waits for a daemon that has the lock and does not listen yet", async () => {
  using world = openPaths();
  using _lock = tryFileLock(world.paths.pidFile)!;
  const connecting = ensureDaemon({
    paths: world.paths,
    build: BUILD,
    daemonWords: ["daemon", "run"],
    command: ["false"],
    startLimitMs: 60_000,
  });
  await eventually("it is waiting", () => isLockHeld(world.paths.startLock));
  await using _daemon = startFakeDaemon(world.paths, (peer) => peer.gone());
  await using _client = await connecting;
});

test("ensureDaemon() names who keeps the others from starting the daemon", async () => {
  using world = openPaths();
  using _lock = tryFileLock(world.paths.startLock)!;
  const error = await refusal(ensureDaemon({
    paths: world.paths,
    build: BUILD,
    daemonWords: ["daemon", "run"],
    startLimitMs: 50,
  }));
  assertEquals(error.code, "daemon.start_failed");
  assertStringIncludes(error.hint!, world.paths.startLock);
});

test("ensureDaemon() takes over from an older daemon, once for all who come", async () => {
  await using world = openWorld();
  (await ensureDaemon(world.options)).close();
  const newer = {
    ...world.options,
    build: NEWER,
    env: { ...world.options.env, FIXTURE_BUILD: NEWER.build },
  };
  const clients = await Promise.all(Array.from({ length: 10 }, () => ensureDaemon(newer)));
  const [old, new_, ...more] = world.starts();
  assertEquals(new Set(clients.map((client) => client.hello.pid)), new Set([new_]));
  assertEquals(more, []);
  await eventually("the old one is gone", () => !isAlive(old!));
  await Promise.all(clients.map((client) => client[Symbol.asyncDispose]()));
  await using older = await ensureDaemon(world.options);
  assertEquals(older.hello.build, NEWER.build);
});

test("ensureDaemon() kills an older daemon that does not go", async () => {
  await using world = openWorld("stays");
  (await ensureDaemon(world.options)).close();
  const env = { ...world.options.env, FIXTURE_BUILD: NEWER.build };
  await using client = await ensureDaemon({ ...world.options, build: NEWER, env });
  const [old, new_] = world.starts();
  assertEquals(client.hello.pid, new_);
  assertEquals(isAlive(old!), false);
});

test("ensureDaemon() replaces a stopped daemon when it is told to, and only then", async () => {
  await using world = openWorld();
  const first = await ensureDaemon(world.options);
  const { pid } = first.hello;
  first.close();
  Deno.kill(pid, "SIGSTOP");
  const error = await refusal(ensureDaemon({ ...world.options, timeoutMs: 100 }));
  assertEquals(error.message, `Daemon is not answering (pid ${pid})`);
  await using client = await ensureDaemon({ ...world.options, timeoutMs: 100, takeover: true });
  assertEquals(world.starts(), [pid, client.hello.pid]);
});

test("ensureDaemon() replaces a newer daemon of another protocol only with --takeover", async () => {
  await using world = openWorld();
  const options = { ...world.options, build: { ...BUILD, protocol: 0, build: "2020" } };
  (await ensureDaemon(world.options)).close();
  const error = await refusal(ensureDaemon(options));
  assertEquals(error.code, "version.mismatch");
  await using client = await ensureDaemon({ ...options, takeover: true });
  assertEquals(world.starts()[1], client.hello.pid);
});

test("ensureDaemon() finds, and takes over from, a daemon that was started with another XDG_RUNTIME_DIR", async () => {
  await using world = openWorld();
  (await ensureDaemon(world.options)).close();
  const paths = withRuntimeDir(world.paths, `${world.root}/other/imp/d`);
  const env = { ...world.options.env, XDG_RUNTIME_DIR: `${world.root}/other` };
  const elsewhere = { ...world.options, paths, env };
  {
    await using client = await ensureDaemon(elsewhere);
    assertEquals(world.starts(), [client.hello.pid]);
    await using asking = await connectDaemon(elsewhere);
    assertEquals(asking.hello.pid, client.hello.pid);
  }
  const newer = { ...elsewhere, build: NEWER, env: { ...env, FIXTURE_BUILD: NEWER.build } };
  await using client = await ensureDaemon(newer);
  const [old, new_, ...more] = world.starts();
  assertEquals([client.hello.pid, more], [new_, []]);
  assertEquals(isAlive(old!), false);
  await using back = await ensureDaemon(world.options);
  assertEquals(back.hello.pid, new_);
});
