import { assert, assertEquals } from "@std/assert";
import { settle } from "../../../tests/support/fake_clock.ts";
import { FakeSocket } from "../../../tests/support/fake_socket.ts";
import { FakeWorld } from "../../../tests/support/fake_world.ts";
import { silentLogger } from "../../../tests/support/silent_logger.ts";
import { DEFAULT_SETTINGS } from "../../config/settings.ts";
import { openLibc } from "../../platform/libc.ts";
import type { StatusSnapshot } from "../../protocol/snapshot.ts";
import { createCounters } from "../../rpc/server/counters.ts";
import type { Listener } from "../../rpc/server/door.ts";
import { StatusServer } from "./status_server.ts";

// Stays open for good. A socket that a test in another thread opens is looked at, too, in whatever test of ours.
openLibc();

/** Hands out the sockets that the test gives it. */
class FakeListener implements Listener<FakeSocket> {
  readonly path = "/nowhere";
  readonly calls: string[] = [];
  readonly #waiting: FakeSocket[] = [];
  #isClosed = false;
  #wake: () => void = () => {};

  give(socket: FakeSocket): void {
    this.#waiting.push(socket);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FakeSocket> {
    while (!this.#isClosed) {
      const next = this.#waiting.shift();
      if (next) yield next;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  isInPlace(): boolean {
    return !this.#isClosed;
  }

  close(): Promise<void> {
    this.calls.push("close");
    this.#isClosed = true;
    this.#wake();
    return Promise.resolve();
  }
}

function open(maxConnections = 256) {
  const world = new FakeWorld();
  const state = { isAnyUp: false, isForeign: false, made: 0, readersSeen: 0, isBroken: false };
  const counters = createCounters();
  const listener = new FakeListener();
  const server = new StatusServer({
    clock: world.clock,
    logger: silentLogger,
    settings: () => ({ ...DEFAULT_SETTINGS, maxConnections }),
    counters,
    bus: world.bus,
    snapshot: () => {
      if (state.isBroken) throw new Error("bug");
      return {
        generated_at: String(world.clock.monotonic()),
        made: ++state.made,
      } as unknown as StatusSnapshot;
    },
    isAnyUp: () => state.isAnyUp,
    isForeignPeer: () => state.isForeign,
    onReaders: () => void state.readersSeen++,
  });
  server.listen(listener);
  const connect = async () => {
    const socket = new FakeSocket();
    listener.give(socket);
    await settle();
    return socket;
  };
  const change = () => world.bus.announce("daemon_reloaded", null, {});
  return {
    ...{ world, clock: world.clock, state, counters, listener, server, connect, change },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      assertEquals(world.clock.pending, 0, "no timer is left");
      world[Symbol.dispose]();
    },
  };
}

/** The whole lines that a reader got. */
function linesOf(socket: FakeSocket): { generated_at: string; made: number }[] {
  const bytes = new Uint8Array(socket.written.flatMap((part) => [...part]));
  const text = new TextDecoder().decode(bytes);
  return text.slice(0, text.lastIndexOf("\n") + 1).split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

const timesOf = (socket: FakeSocket) => linesOf(socket).map((line) => Number(line.generated_at));

Deno.test("StatusServer tells at once, then each second while nothing is up", async () => {
  await using it = open();
  const socket = await it.connect();
  assertEquals(timesOf(socket), [0]);
  await it.clock.advance(3_000);
  assertEquals(timesOf(socket), [0, 1_000, 2_000, 3_000]);
});

Deno.test("StatusServer tells several times a second while a job is up, from its start on", async () => {
  await using it = open();
  const socket = await it.connect();
  await it.clock.advance(1_200);
  it.state.isAnyUp = true;
  it.change();
  await it.clock.advance(300);
  assertEquals(timesOf(socket), [0, 1_000, 1_200, 1_350, 1_500]);
  it.state.isAnyUp = false;
  it.change();
  await it.clock.advance(2_000);
  assertEquals(timesOf(socket).slice(5), [1_650, 2_650]);
});

Deno.test("StatusServer is never more often than its interval, however much happens", async () => {
  await using it = open();
  const socket = await it.connect();
  it.state.isAnyUp = true;
  for (let count = 0; count < 300; count++) {
    it.change();
    await it.clock.advance(5);
  }
  assertEquals(timesOf(socket), [0, 150, 300, 450, 600, 750, 900, 1_050, 1_200, 1_350, 1_500]);
});

Deno.test("StatusServer makes one snapshot a tick for all its readers, and none for nobody", async () => {
  await using it = open();
  const sockets: FakeSocket[] = [];
  for (let count = 0; count < 50; count++) sockets.push(await it.connect());
  assertEquals(it.state.made, 1, "who comes at the same time gets the same line");
  await it.clock.advance(2_000);
  assertEquals(it.state.made, 3);
  for (const socket of sockets) assertEquals(timesOf(socket), [0, 1_000, 2_000]);
  for (const socket of sockets) socket.break();
  await it.clock.advance(1_000);
  assertEquals(it.server.readers, 0);
  const { made } = it.state;
  await it.clock.advance(60_000);
  assertEquals([it.state.made, it.clock.pending], [made, 0]);
  assertEquals(it.state.readersSeen, 100);
});

Deno.test("StatusServer does not give an old line to who comes after a change", async () => {
  await using it = open();
  await it.connect();
  it.change();
  assertEquals(linesOf(await it.connect())[0]!.made, 2);
});

Deno.test("StatusServer gives who reads slowly fewer lines, and nothing old", async () => {
  await using it = open();
  it.state.isAnyUp = true;
  const slow = await it.connect();
  const other = await it.connect();
  slow.block();
  await it.clock.advance(1_500);
  slow.unblock();
  await it.clock.advance(150);
  assertEquals(timesOf(other).length, 12);
  assertEquals(timesOf(slow), [0, 150, 1_650]);
});

Deno.test("StatusServer tells one reader too many so, and another user nothing", async () => {
  await using it = open(1);
  await it.connect();
  const second = await it.connect();
  // deno-lint-ignore no-explicit-any
  const [line] = linesOf(second) as any[];
  assertEquals([line.type, line.error.code], ["error", "limit.connections"]);
  assert(second.isClosed);
  it.state.isForeign = true;
  const stranger = await it.connect();
  assertEquals([stranger.written.length, stranger.isClosed], [0, true]);
  assertEquals([it.counters.connections, it.counters.rejected_connections], [3, 2]);
});

Deno.test("StatusServer goes on after a snapshot that could not be made", async () => {
  await using it = open();
  const socket = await it.connect();
  it.state.isBroken = true;
  await it.clock.advance(1_000);
  const unlucky = await it.connect();
  assert(unlucky.isClosed);
  it.state.isBroken = false;
  await it.clock.advance(1_000);
  assertEquals(timesOf(socket), [0, 2_000]);
});

Deno.test("StatusServer says how it ended, and does not wait for who does not read", async () => {
  const it = open();
  const reader = await it.connect();
  const stuck = await it.connect();
  stuck.block();
  it.change();
  const ending = it.server[Symbol.asyncDispose]();
  await it.clock.advance(500);
  await ending;
  assertEquals(linesOf(reader).length, 2);
  assert(reader.isClosed && stuck.isClosed);
  assertEquals(it.listener.calls, ["close"]);
  it.world[Symbol.dispose]();
});
