import { assertEquals, assertRejects } from "@std/assert";
import type { Peer } from "../../tests/support/fake_peer.ts";
import { codeOf, COMMAND, withDaemon } from "../../tests/support/with_daemon.ts";
import { AppError } from "../base/app_error.ts";
import { FrameKind } from "../protocol/frame.ts";

Deno.test("exec() hands on the output in order and resolves with the end", async () => {
  await withDaemon(async (peer) => {
    const { id } = await peer.expect("exec");
    await peer.send({ id, ok: true, data: { exec_id: "e" } });
    peer.add(FrameKind.stdout, new Uint8Array([1])).add(FrameKind.stderr, new Uint8Array([2]));
    await peer.add(FrameKind.stdout, new Uint8Array([3])).send(
      { type: "exit", code: 3, signal: null },
    );
  }, async (client) => {
    const seen: [string, number][] = [];
    const end = await client.exec(COMMAND, {
      output: { write: (stream, bytes) => void seen.push([stream, bytes[0]!]) },
    });
    assertEquals(seen, [["stdout", 1], ["stderr", 2], ["stdout", 3]]);
    assertEquals(end, { type: "exit", code: 3, signal: null });
  });
});

Deno.test("exec() reads no further until its output has been taken", async () => {
  const piece = new Uint8Array(60_000);
  let sent = 0;
  await withDaemon(async (peer) => {
    await peer.reply(await peer.expect("exec"), { exec_id: "e" });
    for (; sent < 100; sent++) await peer.add(FrameKind.stdout, piece).flush();
    await peer.send({ type: "exit", code: 0, signal: null });
  }, async (client, clock) => {
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const running = client.exec(COMMAND, {
      output: {
        write() {
          reached.resolve();
          return gate.promise;
        },
      },
    });
    await reached.promise;
    // A reader that rests for long is no reason to believe that the daemon is dead.
    await clock.advance(120_000);
    assertEquals(sent < 100, true, `${sent} pieces were taken although nobody read them`);
    gate.resolve();
    assertEquals((await running).code, 0);
  });
});

Deno.test("exec() tells apart a lost connection, an error of the daemon and one of the output", async () => {
  const run = async (script: (peer: Peer) => Promise<void>, write: () => void = () => {}) => {
    let code = "";
    await withDaemon(async (peer) => {
      await peer.reply(await peer.expect("exec"), { exec_id: "e" });
      await peer.add(FrameKind.stdout, new Uint8Array([1])).flush();
      await script(peer);
    }, async (client) => {
      code = await codeOf(client.exec(COMMAND, { output: { write } }));
    });
    return code;
  };
  assertEquals(await run(() => Promise.resolve()), "exec.connection_lost");
  const error = { code: "handler.failed", message: "no" };
  assertEquals(await run((peer) => peer.send({ type: "error", error })), "handler.failed");
  const broken = () => {
    throw new AppError("output.closed", "Nobody reads");
  };
  assertEquals(await run((peer) => peer.gone(), broken), "output.closed");
});

Deno.test("exec() hangs up when it is cancelled, which ends the command", async () => {
  let sawEnd = false;
  await withDaemon(async (peer) => {
    await peer.reply(await peer.expect("exec"), { exec_id: "e" });
    await peer.add(FrameKind.stdout, new Uint8Array([1])).flush();
    await peer.gone();
    sawEnd = true;
  }, async (client) => {
    const cancel = new AbortController();
    const output = { write: () => cancel.abort(new Error("Ctrl+C")) };
    await assertRejects(
      () => client.exec(COMMAND, { output, signal: cancel.signal }),
      Error,
      "Ctrl+C",
    );
  });
  assertEquals(sawEnd, true);
});
