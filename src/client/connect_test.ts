import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { eventually } from "../../tests/support/eventually.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import {
  BUILD,
  FakeDaemon,
  openPaths,
  startFakeDaemon,
  toHello,
} from "../../tests/support/fake_daemon.ts";
import type { Peer } from "../../tests/support/fake_peer.ts";
import { formatPidFile } from "../facts/pid_text.ts";
import { AppError } from "../base/app_error.ts";
import { connectDaemon, openConnection } from "./connect.ts";

async function refusal(promise: Promise<unknown>): Promise<AppError> {
  return await assertRejects(() => promise, AppError);
}

/** More than a pid can be (proc_sys_kernel(5)). */
const NO_PID = 4_194_305;

const stay = (peer: Peer) => peer.gone();

Deno.test("connectDaemon() says hello and knows the daemon's", async () => {
  using world = openPaths();
  let greeting: unknown;
  await using _daemon = new FakeDaemon(world.paths, async (peer) => {
    greeting = await peer.next();
    await peer.send(toHello("d", { pid: 4711, capabilities: ["future"] }));
    await peer.gone();
  });
  await using client = await connectDaemon({ paths: world.paths, build: BUILD });
  assertEquals(client.hello.pid, 4711);
  assertEquals(greeting, toHello("d"));
});

Deno.test("connectDaemon() finds no daemon: no directory, no socket, a stale socket", async () => {
  using world = openPaths();
  const connect = () => connectDaemon({ paths: world.paths, build: BUILD });
  assertEquals((await refusal(connect())).code, "daemon.not_running");
  const listener = Deno.listen({ transport: "unix", path: `${world.paths.socket}.old` });
  Deno.renameSync(`${world.paths.socket}.old`, world.paths.socket);
  listener.close();
  assertEquals((await refusal(connect())).code, "daemon.not_running");
  Deno.removeSync(world.paths.runtimeDir, { recursive: true });
  const error = await refusal(connect());
  assertEquals(error.message, 'No daemon is running for "d"');
});

Deno.test("connectDaemon() gives up on a daemon that accepts and says nothing, and names it", async () => {
  using world = openPaths();
  writePidFile(world.paths.pidFile, NO_PID);
  const accepted = Promise.withResolvers<void>();
  await using _daemon = new FakeDaemon(world.paths, async (peer) => {
    accepted.resolve();
    await peer.gone();
  });
  const clock = new FakeClock();
  const connecting = connectDaemon({ paths: world.paths, build: BUILD, clock });
  connecting.catch(() => {});
  await accepted.promise;
  await eventually("it waits for a hello", () => clock.pending > 0);
  await clock.advance(2_000);
  const error = await refusal(connecting);
  assertEquals(error.code, "daemon.not_answering");
  assertEquals(error.message, `Daemon is not answering (pid ${NO_PID})`);
  assertStringIncludes(error.hint!, `kill -CONT ${NO_PID}`);
});

Deno.test("connectDaemon() waits longer for a daemon that was not stopped: it may only be busy", async () => {
  using world = openPaths();
  writePidFile(world.paths.pidFile, Deno.pid);
  const [accepted, busy] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await using _daemon = new FakeDaemon(world.paths, async (peer) => {
    accepted.resolve();
    await busy.promise;
    await peer.send(toHello("d"));
    await peer.gone();
  });
  const clock = new FakeClock();
  const connecting = connectDaemon({ paths: world.paths, build: BUILD, clock });
  await accepted.promise;
  await eventually("it waits for a hello", () => clock.pending > 0);
  await clock.advance(2_000);
  await eventually("it waits on", () => clock.pending > 0);
  await clock.advance(17_999);
  busy.resolve();
  await using client = await connecting;
  assertEquals(client.hello.pid, Deno.pid);
});

Deno.test("openConnection() takes a daemon that is leaving for none", async () => {
  using world = openPaths();
  const farewells: ((peer: Peer) => Promise<void>)[] = [
    () => Promise.resolve(),
    (peer) => peer.sendBytes(new Uint8Array([0, 0, 0, 9, 1])),
    (peer) => peer.send({ type: "error", error: { code: "daemon.stopping", message: "Bye" } }),
  ];
  await using daemon = new FakeDaemon(world.paths, (peer) => farewells.shift()!(peer));
  while (farewells.length > 0) {
    assertEquals(await openConnection({ paths: world.paths, build: BUILD }), undefined);
  }
  assertEquals(daemon.connections, 3);
});

Deno.test("connectDaemon() passes on the words of a daemon that refuses it", async () => {
  using world = openPaths();
  const error = { code: "limit.connections", message: "Too many connections" };
  await using _daemon = new FakeDaemon(world.paths, (peer) => peer.send({ type: "error", error }));
  const thrown = await refusal(connectDaemon({ paths: world.paths, build: BUILD }));
  assertEquals(thrown.toShape(), error);
});

Deno.test("connectDaemon() does not take others for its daemon", async () => {
  using world = openPaths();
  const greetings = [
    { type: "hello", protocol: 1 },
    { id: 1, ok: true, data: {} },
    toHello("other"),
  ];
  await using _daemon = new FakeDaemon(world.paths, async (peer) => {
    await peer.send(greetings.shift());
    await peer.gone();
  });
  for (const code of ["protocol.malformed", "protocol.malformed", "daemon.unreachable"]) {
    const error = await refusal(connectDaemon({ paths: world.paths, build: BUILD }));
    assertEquals(error.code, code);
  }
});

Deno.test("connectDaemon() uses a daemon of any build that speaks its protocol, and no other", async () => {
  using world = openPaths();
  for (const build of ["20250101T000000.000Z", "20270101T000000.000Z"]) {
    await using _daemon = startFakeDaemon(world.paths, stay, { hello: { build } });
    await using _client = await connectDaemon({ paths: world.paths, build: BUILD });
  }
  await using _daemon = startFakeDaemon(world.paths, stay, { hello: { protocol: 2 } });
  const error = await refusal(connectDaemon({ paths: world.paths, build: BUILD }));
  assertEquals(error.code, "version.mismatch");
});

Deno.test("connectDaemon() refuses a socket in a directory that others may enter", async () => {
  using world = openPaths();
  await using daemon = startFakeDaemon(world.paths, stay);
  Deno.chmodSync(world.paths.runtimeDir, 0o777);
  const error = await refusal(connectDaemon({ paths: world.paths, build: BUILD }));
  assertEquals(error.code, "permission.unsafe_directory");
  assertEquals(daemon.connections, 0);
});

function writePidFile(path: string, pid: number): void {
  Deno.writeTextFileSync(path, formatPidFile({ pid, startedAtMs: 0, build: BUILD.build }));
}
