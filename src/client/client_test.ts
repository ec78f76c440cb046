import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../tests/support/fake_clock.ts";
import { BUILD, openPaths, startFakeDaemon, toEvent } from "../../tests/support/fake_daemon.ts";
import type { Peer } from "../../tests/support/fake_peer.ts";
import { codeOf, COMMAND, withDaemon } from "../../tests/support/with_daemon.ts";
import { AppError } from "../base/app_error.ts";
import { FrameKind } from "../protocol/frame.ts";
import { connectDaemon } from "./connect.ts";

const PONG = { version: "1", build: "b", pid: 7 };

Deno.test("request() resolves with the answer of the same id, whatever the order", async () => {
  await withDaemon(async (peer) => {
    const [first, second] = [await peer.expect("cleanup"), await peer.expect("ping")];
    await peer.reply(second, PONG);
    await peer.reply(first, { removed: ["V3x"] });
    await peer.gone();
  }, async (client) => {
    const both = await Promise.all([client.request("cleanup", {}), client.request("ping", {})]);
    assertEquals(both, [{ removed: ["V3x"] }, PONG]);
  });
});

Deno.test("request() rejects with the daemon's error, and the connection goes on", async () => {
  const error = { code: "job.not_found", message: "No such job", hint: "Look" };
  await withDaemon(async (peer) => {
    await peer.send({ id: (await peer.next()).id, ok: false, error });
    await peer.reply(await peer.expect("ping"), PONG);
    await peer.gone();
  }, async (client) => {
    const thrown = await assertRejects(() => client.request("get_job", { job: "x" }), AppError);
    assertEquals(thrown.toShape(), error);
    assertEquals(await client.request("ping", {}), PONG);
  });
});

Deno.test("request() refuses an answer whose envelope it does not understand", async () => {
  const answers = [{ data: 1 }, { data: [] }, {}, { ok: false }, { ok: false, error: { code: 1 } }];
  for (const answer of answers) {
    await withDaemon(async (peer) => {
      await peer.send({ id: (await peer.next()).id, ok: true, ...answer });
      await peer.gone();
    }, async (client) => {
      assertEquals(await codeOf(client.request("ping", {})), "protocol.malformed");
    });
  }
});

Deno.test("request() rejects when the daemon dies in the middle of it, and ever after", async () => {
  await withDaemon(async (peer) => {
    await peer.next();
  }, async (client) => {
    assertEquals(await codeOf(client.request("ping", {})), "daemon.connection_lost");
    await client.closed;
    assertEquals(await codeOf(client.request("ping", {})), "daemon.connection_lost");
  });
});

Deno.test("request() can be given up, and the late answer is for nobody", async () => {
  await withDaemon(async (peer) => {
    const late = await peer.expect("wait");
    const ping = await peer.expect("ping");
    await peer.reply(late, { jobs: [] });
    await peer.reply(ping, PONG);
    await peer.gone();
  }, async (client) => {
    const patience = new AbortController();
    const waiting = client.request("wait", { jobs: [], for: "exited" }, patience);
    const pong = client.request("ping", {});
    patience.abort(new Error("enough"));
    await assertRejects(() => waiting, Error, "enough");
    assertEquals(await pong, PONG);
    await assertRejects(() => client.request("ping", {}, patience), Error, "enough");
  });
});

Deno.test("an error frame ends everything with its words", async () => {
  const error = { code: "limit.requests", message: "Too many" };
  await withDaemon(async (peer) => {
    await peer.next();
    await peer.send({ type: "error", error });
  }, async (client) => {
    assertEquals(await codeOf(client.request("ping", {})), "limit.requests");
    assertEquals((client.closeReason as AppError).toShape(), error);
  });
});

Deno.test("garbage from the daemon ends the connection as what it is", async () => {
  const garbage = [
    new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"),
    new Uint8Array([0, 0, 0, 3, 1, 0x7b, 0x7b]),
    new Uint8Array([0, 0, 0, 2, 1, 0x31]),
    new Uint8Array([0, 0, 0, 2, 9, 0]),
    new Uint8Array([0, 0, 0, 0]),
    new Uint8Array([0, 0, 0, 2, 4, 0]),
  ];
  for (const bytes of garbage) {
    await withDaemon(async (peer) => {
      await peer.next();
      await peer.sendBytes(bytes);
      await peer.gone();
    }, async (client) => {
      const code = await codeOf(client.request("ping", {}));
      assertEquals(code.split(".")[0], "protocol", code);
    });
  }
});

Deno.test("news of a newer daemon are passed over, and its fields and words passed on", async () => {
  await withDaemon(async (peer) => {
    const request = await peer.next();
    await peer.send({ type: "weather", sunny: true }, { id: 99, ok: true, data: {} });
    await peer.reply(request, { ...PONG, extra: 1 });
    await peer.gone();
  }, async (client) => {
    assertEquals(await client.request("ping", {}), { ...PONG, extra: 1 } as typeof PONG);
  });
});

Deno.test("the client answers the daemon's pings, and nothing else", async () => {
  const answers: unknown[] = [];
  await withDaemon(async (peer) => {
    await peer.send({ id: 5, type: "ping", payload: {} }, { id: 6, type: "list", payload: {} });
    answers.push(await peer.next(), await peer.next());
    await peer.send({ type: "error", error: { code: "test.over", message: "" } });
  }, async (client) => {
    await client.closed;
    const [pong, refusal] = answers as [{ data: unknown }, { error: { code: string } }];
    assertEquals(pong.data, { version: BUILD.version, build: BUILD.build, pid: Deno.pid });
    assertEquals(refusal.error.code, "protocol.unknown_request");
  });
});

Deno.test("a daemon that falls silent is given up after its heartbeats", async () => {
  await withDaemon(async (peer) => {
    await peer.gone();
  }, async (client, clock) => {
    const waiting = client.request("wait", { jobs: [], for: "exited" });
    waiting.catch(() => {});
    await clock.advance(44_999);
    assertEquals(client.closeReason, undefined);
    await clock.advance(1);
    const error = await assertRejects(() => waiting, AppError);
    assertEquals(error.code, "daemon.not_answering");
    assertEquals(error.message, `Daemon is not answering (pid ${Deno.pid})`);
  });
});

Deno.test("subscribe() loses no event that comes with its answer", async () => {
  await withDaemon(async (peer) => {
    const { id } = await peer.expect("subscribe");
    await peer.send(
      { id, ok: true, data: { seq: 4, jobs: [] } },
      { type: "event", subscription: id, event: toEvent(5) },
      { type: "event", subscription: id + 1, event: toEvent(6) },
      { type: "event", subscription: id, event: { ...toEvent(7), event: "job_teleported" } },
      { type: "event", subscription: id, event: toEvent(8) },
    );
  }, async (client) => {
    const { snapshot, events } = await client.subscribe({});
    assertEquals(snapshot.seq, 4);
    const iterator = events[Symbol.asyncIterator]();
    assertEquals((await iterator.next()).value?.seq, 5);
    assertEquals((await iterator.next()).value?.event as string, "job_teleported");
    assertEquals((await iterator.next()).value?.seq, 8);
    assertEquals(await codeOf(iterator.next()), "daemon.connection_lost");
  });
});

Deno.test("subscribe() ends quietly when its signal is aborted or the client closed", async () => {
  await withDaemon(async (peer) => {
    await peer.reply(await peer.next(), { seq: 0, jobs: [] });
    await peer.reply(await peer.next(), { seq: 0, jobs: [] });
    await peer.gone();
  }, async (client) => {
    const patience = new AbortController();
    const one = await client.subscribe({}, patience);
    const two = await client.subscribe({});
    patience.abort();
    assertEquals(await Array.fromAsync(one.events), []);
    client.close();
    assertEquals(await Array.fromAsync(two.events), []);
  });
});

Deno.test("request() is made again to the next daemon when this one leaves, and exec() as well", async () => {
  using world = openPaths();
  const error = { code: "daemon.stopping", message: "Bye" };
  const scripts: ((peer: Peer) => Promise<void>)[] = [
    async (peer) => {
      await peer.expect("cleanup");
      await peer.send({ type: "error", error });
    },
    async (peer) => {
      await peer.reply(await peer.expect("cleanup"), { removed: [] });
      const { id } = await peer.expect("exec");
      await peer.send({ id, ok: false, error });
      await peer.send({ type: "error", error });
    },
    async (peer) => {
      await peer.reply(await peer.expect("exec"), { exec_id: "e" });
      await peer.add(FrameKind.stdout, new Uint8Array([7])).send(
        { type: "exit", code: 0, signal: null },
      );
      await peer.gone();
    },
  ];
  await using _daemon = startFakeDaemon(world.paths, (peer) => scripts.shift()!(peer));
  const renew = () => connectDaemon({ paths: world.paths, build: BUILD, renew });
  await using client = await renew();
  assertEquals(await client.request("cleanup", {}), { removed: [] });
  const seen: number[] = [];
  const output = { write: (_: string, bytes: Uint8Array) => void seen.push(...bytes) };
  assertEquals((await client.exec(COMMAND, { output })).code, 0);
  assertEquals(seen, [7]);
});

Deno.test("request() is made again after a crash only when it changes nothing", async () => {
  using world = openPaths();
  const asked: string[] = [];
  await using daemon = startFakeDaemon(world.paths, async (peer) => {
    const request = await peer.next();
    asked.push(request.type);
    if (asked.length % 2 === 0) await peer.reply(request, PONG);
  });
  const connect = () => connectDaemon({ paths: world.paths, build: BUILD });
  const renewing = () => connectDaemon({ paths: world.paths, build: BUILD, renew: connect });
  {
    await using client = await renewing();
    assertEquals(await client.request("ping", {}), PONG);
  }
  {
    await using client = await renewing();
    assertEquals(await codeOf(client.request("cleanup", {})), "daemon.connection_lost");
  }
  assertEquals(asked, ["ping", "ping", "cleanup"]);
  assertEquals(daemon.connections, 3);
});

Deno.test("a request that ends the daemon is for no other", async () => {
  using world = openPaths();
  const error = { code: "daemon.stopping", message: "Bye" };
  await using daemon = startFakeDaemon(world.paths, async (peer) => {
    await peer.expect("shutdown");
    await peer.send({ type: "error", error });
  });
  const renew = () => connectDaemon({ paths: world.paths, build: BUILD });
  await using client = await connectDaemon({ paths: world.paths, build: BUILD, renew });
  assertEquals(await codeOf(client.request("shutdown", {})), "daemon.stopping");
  assertEquals(daemon.connections, 1);
});

Deno.test("a heartbeat that the daemon did not live to answer brings no other to life", async () => {
  using world = openPaths();
  await using daemon = startFakeDaemon(world.paths, async (peer) => {
    await peer.expect("nuke");
    await peer.expect("ping");
    // It hangs up: nothing is left, and nothing is to be.
  });
  const clock = new FakeClock();
  const renew = () => connectDaemon({ paths: world.paths, build: BUILD });
  await using client = await connectDaemon({ paths: world.paths, build: BUILD, clock, renew });
  const nuke = codeOf(client.request("nuke", {}));
  await clock.advance(30_000);
  assertEquals(await nuke, "daemon.connection_lost");
  await client.closed;
  assertEquals(daemon.connections, 1);
});
