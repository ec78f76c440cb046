import { assertEquals, assertRejects } from "@std/assert";
import { eventually } from "../../tests/support/eventually.ts";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { BUILD, openPaths, startFakeDaemon } from "../../tests/support/fake_daemon.ts";
import type { Peer } from "../../tests/support/fake_peer.ts";
import { codeOf, COMMAND } from "../../tests/support/with_daemon.ts";
import { AppError } from "../base/app_error.ts";
import { FrameKind } from "../protocol/frame.ts";
import { connectDaemon } from "./connect.ts";
import { type Asking, lookForLine, openLine } from "./line.ts";

const PONG = { version: "1", build: "b", pid: 7 };
const LISTED = { jobs: [], seq: 1 };
const EXIT = { type: "exit", code: 3, signal: null };

/** A line to a daemon that plays `script`, and no other. */
async function withLine(
  script: (peer: Peer) => Promise<void>,
  body: (line: Asking, clock: FakeClock) => Promise<void>,
): Promise<void> {
  using world = openPaths();
  await using _daemon = startFakeDaemon(world.paths, script);
  const clock = new FakeClock();
  await using line = await lookForLine({ paths: world.paths, build: BUILD, clock }) as Asking;
  await body(line, clock);
}

Deno.test("a line asks one thing after the other, and passes over what is not the answer", async () => {
  const error = { code: "job.not_found", message: "No such job", hint: "Look" };
  await withLine(async (peer) => {
    const request = await peer.expect("ping");
    await peer.send({ type: "weather", sunny: true }, { id: 99, ok: true, data: {} });
    await peer.reply(request, { ...PONG, extra: 1 });
    await peer.send({ id: (await peer.expect("get_job")).id, ok: false, error });
    await peer.reply(await peer.expect("list"), LISTED);
    await peer.gone();
  }, async (line) => {
    assertEquals(await line.request("ping", {}), { ...PONG, extra: 1 } as typeof PONG);
    const thrown = await assertRejects(() => line.request("get_job", { job: "x" }), AppError);
    assertEquals(thrown.toShape(), error);
    assertEquals(await line.request("list", {}), LISTED);
  });
});

Deno.test("a line answers what the daemon asks while it waits", async () => {
  await withLine(async (peer) => {
    const request = await peer.expect("list");
    await peer.send({ id: 5, type: "ping", payload: {} }, { id: 6, type: "list", payload: {} });
    const [pong, refusal] = [await peer.next(), await peer.next()];
    assertEquals(pong.data, { version: BUILD.version, build: BUILD.build, pid: Deno.pid });
    assertEquals(refusal.error.code, "protocol.unknown_request");
    await peer.reply(request, LISTED);
    await peer.gone();
  }, async (line) => {
    assertEquals(await line.request("list", {}), LISTED);
  });
});

Deno.test("a line is given up when the daemon falls silent, after as long as a client", async () => {
  const asked: string[] = [];
  await withLine(async (peer) => {
    for (;;) asked.push((await peer.next()).type);
  }, async (line, clock) => {
    let isOver = false;
    const waiting = codeOf(line.request("list", {})).finally(() => isOver = true);
    await clock.advance(44_999);
    assertEquals(isOver, false);
    await clock.advance(1);
    assertEquals(await waiting, "daemon.not_answering");
    // It hears at its leisure: nobody has waited for it.
    await eventually("all was heard", () => asked.length >= 3);
    assertEquals(asked, ["list", "ping", "ping"]);
  });
});

Deno.test("a line runs a command, passes its output on and resolves with its end", async () => {
  await withLine(async (peer) => {
    await peer.reply(await peer.expect("exec"), { exec_id: "e" });
    await peer.add(FrameKind.stdout, new Uint8Array([1, 2])).add(
      FrameKind.stderr,
      new Uint8Array([3]),
    ).send(EXIT);
    await peer.gone();
  }, async (line) => {
    const seen: string[] = [];
    const output = {
      write: (stream: string, bytes: Uint8Array) => void seen.push(`${stream} ${bytes}`),
    };
    assertEquals((await line.exec(COMMAND, { output })).code, 3);
    assertEquals(seen, ["stdout 1,2", "stderr 3"]);
  });
});

Deno.test("a line does not know the end of a command whose daemon is gone", async () => {
  await withLine(async (peer) => {
    await peer.reply(await peer.expect("exec"), { exec_id: "e" });
  }, async (line) => {
    const ended = line.exec(COMMAND, { output: { write: () => {} } });
    assertEquals(await codeOf(ended), "exec.connection_lost");
  });
});

Deno.test("a line is closed by the signal of its command, which is what cancels that", async () => {
  const [begun, cancelled] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  await withLine(async (peer) => {
    await peer.reply(await peer.expect("exec"), { exec_id: "e" });
    begun.resolve();
    await peer.gone();
    cancelled.resolve();
  }, async (line) => {
    const cancel = new AbortController();
    const ended = line.exec(COMMAND, { output: { write: () => {} }, signal: cancel.signal });
    const refused = assertRejects(() => ended, Error, "enough");
    await begun.promise;
    cancel.abort(new Error("enough"));
    await refused;
    await cancelled.promise;
  });
});

Deno.test("a line leaves to the other way what the daemon leaves undone, and all that follows", async () => {
  using world = openPaths();
  const error = { code: "daemon.stopping", message: "Bye" };
  const asked: string[] = [];
  await using daemon = startFakeDaemon(world.paths, async (peer) => {
    if (daemon.connections === 1) {
      await peer.expect("cleanup");
      return await peer.send({ type: "error", error });
    }
    for (;;) {
      const request = await peer.next();
      asked.push(request.type);
      await peer.reply(request, request.type === "ping" ? PONG : { removed: [] });
    }
  });
  const options = { paths: world.paths, build: BUILD };
  await using line = await openLine(options, () => connectDaemon(options));
  assertEquals(await line.request("cleanup", {}), { removed: [] });
  assertEquals(await line.request("ping", {}), PONG);
  assertEquals(asked, ["cleanup", "ping"]);
  assertEquals(daemon.connections, 2);
});

Deno.test("a line that is lost asks the other way only what changes nothing", async () => {
  for (const [type, connections] of [["ping", 2], ["cleanup", 1]] as const) {
    using world = openPaths();
    await using daemon = startFakeDaemon(world.paths, async (peer) => {
      const request = await peer.expect(type);
      if (daemon.connections > 1) await peer.reply(request, PONG);
    });
    const options = { paths: world.paths, build: BUILD };
    await using line = await openLine(options, () => connectDaemon(options));
    const asking = line.request(type, {});
    if (type === "ping") assertEquals(await asking, PONG);
    else assertEquals(await codeOf(asking), "daemon.connection_lost");
    assertEquals(daemon.connections, connections);
  }
});

Deno.test("openLine() leaves what is no daemon, or an older one, to the other way", async () => {
  using world = openPaths();
  const options = { paths: world.paths, build: BUILD };
  const other = { isOther: true } as unknown as Asking;
  const otherwise = () => Promise.resolve(other);
  assertEquals(await lookForLine(options), undefined);
  assertEquals(await openLine(options, otherwise), other);
  const hello = { build: "20250101T000000.000Z" };
  await using _daemon = startFakeDaemon(world.paths, (peer) => peer.gone(), { hello });
  assertEquals(await lookForLine(options), "older");
  assertEquals(await openLine(options, otherwise), other);
});
