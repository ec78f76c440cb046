import { assert, assertEquals } from "@std/assert";
import { settle } from "../../../tests/support/fake_clock.ts";
import { toHello } from "../../../tests/support/fake_daemon.ts";
import {
  greet,
  openConnection,
  openGate,
  request,
} from "../../../tests/support/open_connection.ts";
import { AppError } from "../../base/app_error.ts";
import { encodeControl } from "../../protocol/frame.ts";

Deno.test("Connection cuts off who does not say hello in time, whatever trickles in", async () => {
  const world = openConnection();
  await world.clock.advance(0);
  const hello = encodeControl(toHello("d"));
  for (let at = 0; at < 19; at++) {
    world.socket.feed(hello.slice(at, at + 1));
    await world.clock.advance(100);
  }
  assertEquals(world.socket.messages().map(({ type }) => type), ["hello"]);
  await world.clock.advance(100);
  assertEquals(world.socket.messages()[0].error.code, "limit.deadline");
  await world.served;
  assert(world.socket.isClosed);
});

Deno.test("Connection cuts off nobody for a time in which the daemon itself was busy", async () => {
  const world = openConnection();
  await settle();
  world.clock.stall(10_000);
  await world.clock.advance(0);
  await greet(world);
  world.connection.close();
  await world.served;
});

Deno.test("Connection gives each frame its time, but none more than that", async () => {
  const world = openConnection();
  await greet(world);
  const frame = encodeControl(request(1));
  const half = frame.length >> 1;
  world.socket.feed(frame.slice(0, half));
  for (let count = 0; count < 5; count++) {
    // The rest of one and the beginning of the next in one piece: never at a boundary, always in time.
    await world.clock.advance(9_000);
    world.socket.feed(new Uint8Array([...frame.slice(half), ...frame.slice(0, half)]));
  }
  await world.clock.advance(9_000);
  assertEquals(world.socket.messages().length, 5);
  await world.clock.advance(1_000);
  assertEquals(world.socket.messages()[0].error.code, "limit.deadline");
  await world.served;
});

Deno.test("Connection watches a frame that was begun together with the hello", async () => {
  const world = openConnection();
  const hello = encodeControl(toHello("d"));
  world.socket.feed(hello.slice(0, 10));
  await settle();
  world.socket.feed(new Uint8Array([...hello.slice(10), 0, 0]));
  await world.clock.advance(9_999);
  world.socket.messages();
  assert(!world.socket.isClosed);
  await world.clock.advance(1);
  assertEquals(world.socket.messages()[0].error.code, "limit.deadline");
  await world.served;
});

Deno.test("Connection forgets who is dead, in the middle of a request", async () => {
  const gate = openGate();
  const world = openConnection(gate.dispatch);
  await greet(world);
  world.socket.send(request(1));
  await settle();
  world.socket.break();
  await world.clock.advance(100);
  assert(world.connection.signal.aborted);
  await world.served;
  gate.open();
});

Deno.test("Connection pings who is silent, and closes when two pings were missed", async () => {
  const world = openConnection();
  await greet(world);
  await world.clock.advance(15_000);
  assertEquals(world.socket.messages(), []);
  await world.clock.advance(15_000);
  const [ping] = world.socket.messages();
  assertEquals(ping.type, "ping");
  world.socket.send({ id: ping.id, ok: true, data: {} });
  await world.clock.advance(15_000);
  assertEquals(world.socket.messages(), []);
  await world.clock.advance(30_000);
  assertEquals(world.socket.messages().length, 2);
  assert(!world.socket.isClosed);
  await world.clock.advance(15_000);
  assert(world.socket.isClosed);
  await world.served;
});

Deno.test("Connection waits for who is slow, and for who has a command running", async () => {
  const world = openConnection();
  await greet(world);
  world.socket.block();
  world.connection.push({ type: "event" });
  await world.clock.advance(600_000);
  assert(!world.socket.isClosed);
  world.socket.unblock();
  const work = Promise.withResolvers<void>();
  world.connection.keepOpenFor(work.promise);
  await world.clock.advance(600_000);
  assert(!world.socket.isClosed);
  work.resolve();
  await world.clock.advance(60_000);
  assert(world.socket.isClosed);
  await world.served;
});

Deno.test("Connection does not wait for ever until its last words are read", async () => {
  const world = openConnection();
  await greet(world);
  world.socket.block();
  const ended = world.connection.end(new AppError("daemon.stopping", "Bye"));
  await world.clock.advance(2_000);
  await ended;
  assert(world.socket.isClosed);
  await world.served;
});
