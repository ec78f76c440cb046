import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { settle } from "../../../tests/support/fake_clock.ts";
import { toHello } from "../../../tests/support/fake_daemon.ts";
import {
  greet,
  openConnection,
  openGate,
  request,
} from "../../../tests/support/open_connection.ts";
import { AppError } from "../../base/app_error.ts";
import { encodeControl, encodeFrame, FrameKind } from "../../protocol/frame.ts";

Deno.test("Connection says hello and answers, with what follows the reply behind it", async () => {
  const world = openConnection((_request, connection) =>
    Promise.resolve({ data: 1, afterReply: [() => connection.push({ type: "more" })] })
  );
  await greet(world);
  world.socket.send(request(5));
  await settle();
  assertEquals(world.socket.messages(), [{ id: 5, ok: true, data: 1 }, { type: "more" }]);
  world.socket.endWriting();
  await world.served;
  assert(world.socket.isClosed);
  assertEquals(world.clock.pending, 0, "no timer is left");
});

Deno.test("Connection tells an AppError as it is, and anything else as a bug", async () => {
  const errors = [
    new AppError("job.not_found", "No such job", { hint: "look" }),
    new Error("oops"),
  ];
  const world = openConnection(() => Promise.reject(errors.shift()));
  await greet(world);
  world.socket.send(request(1), request(2));
  await settle();
  const [first, second] = world.socket.messages();
  assertEquals(first.error, { code: "job.not_found", message: "No such job", hint: "look" });
  assertEquals(second.error.code, "internal.bug");
  world.connection.close();
  await world.served;
});

Deno.test("Connection answers who only listens any more", async () => {
  const gate = openGate();
  const world = openConnection(gate.dispatch);
  await greet(world);
  world.socket.send(request(1));
  world.socket.endWriting();
  await world.clock.advance(5_000);
  assertEquals(world.socket.messages().map(({ type }) => type), ["ping"], "it asks if he is there");
  gate.open();
  await world.served;
  assertEquals(world.socket.messages(), [{ id: 1, ok: true, data: "late" }]);
});

Deno.test("Connection refuses what is over the rate, and more open requests than it can count", async () => {
  const gate = openGate();
  const world = openConnection(gate.dispatch, { requestBurst: 1_500, requestsPerSecond: 1 });
  await greet(world);
  for (let id = 1; id <= 1_600; id++) world.socket.send(request(id));
  await world.clock.advance(0);
  const codes = Object.groupBy(world.socket.messages(), ({ error }) => error.code);
  assertEquals(codes["limit.open_requests"]?.length, 500);
  assertEquals(codes["limit.requests"]?.length, 100);
  assertEquals(world.counters.rejected_requests, 600);
  gate.open();
  await settle();
  assertEquals(world.socket.messages().filter(({ ok }) => ok).length, 1_000);
  world.connection.close();
  await world.served;
});

Deno.test("Connection lets a single answer be of any size, and closes on who takes nothing", async () => {
  const world = openConnection(({ type }) =>
    Promise.resolve({ data: "x".repeat(type === "list" ? 9_000_000 : 100), afterReply: [] })
  );
  await greet(world);
  world.socket.send(request(1, "list"));
  await settle();
  assertEquals(world.socket.messages()[0].data.length, 9_000_000);
  world.socket.block();
  world.socket.send(request(2, "list"));
  await settle();
  assert(!world.connection.signal.aborted);
  world.socket.send(request(3));
  await settle();
  assert(world.connection.signal.aborted);
  assert(world.socket.isClosed);
  await world.served;
});

Deno.test("Connection says its last words even while the client goes on", async () => {
  const world = openConnection();
  await greet(world);
  world.socket.block();
  const ended = world.connection.end(new AppError("daemon.stopping", "Bye"));
  world.socket.send(request(1), request(2));
  await settle();
  world.socket.unblock();
  await ended;
  assertEquals(world.socket.messages(), [
    { type: "error", error: { code: "daemon.stopping", message: "Bye" } },
  ]);
  await world.served;
});

Deno.test("Connection answers what is done before it says that it ends, and does nothing more", async () => {
  const disk = Promise.withResolvers<void>();
  const done: number[] = [];
  const world = openConnection(
    ({ id }) => {
      done.push(id);
      return Promise.resolve({ data: id, afterReply: [] });
    },
    {},
    () => disk.promise,
  );
  await greet(world);
  world.socket.send(request(1));
  await settle();
  const ending = world.connection.end(new AppError("daemon.stopping", "going"));
  world.socket.send(request(2));
  await settle();
  assertEquals([done, world.socket.messages()], [[1], []]);
  disk.resolve();
  await settle();
  const [reply, last] = world.socket.messages();
  assertEquals([reply, last.error.code], [{ id: 1, ok: true, data: 1 }, "daemon.stopping"]);
  world.connection.close();
  await Promise.all([ending, world.served]);
  assertEquals(done, [1]);
});

Deno.test("Connection ends with an error on a frame that belongs nowhere", async () => {
  for (
    const [bytes, code] of [
      [encodeFrame(FrameKind.stdin, new Uint8Array(3)), "protocol.unexpected_frame"],
      [encodeControl({ no: "request" }), "protocol.malformed"],
      [Uint8Array.of(0, 32, 0, 0), "protocol.frame_too_large"],
    ] as const
  ) {
    const world = openConnection();
    await greet(world);
    world.socket.feed(bytes);
    await world.served;
    assertEquals(world.socket.messages()[0].error.code, code);
  }
});

Deno.test("Connection with another protocol is only understood in the frozen part", async () => {
  const world = openConnection();
  world.socket.send(toHello("d", { protocol: 7, version: "9.9.9" }));
  await settle();
  world.socket.messages();
  world.socket.send(request(1, "list"), request(2, "ping"), request(3, "handover"));
  await settle();
  const [refused, ...served] = world.socket.messages();
  assertEquals(refused.error.code, "version.mismatch");
  assert(refused.error.message.includes("0.1.0") && refused.error.message.includes("9.9.9"));
  assertEquals(served.map(({ id, ok }) => [id, ok]), [[2, true], [3, true]]);
  world.connection.close();
  await world.served;
});

Deno.test("Connection survives whatever is sent, and leaves nothing behind when it is closed", async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    fc.constant(encodeControl(toHello("d"))),
    fc.nat(9).map((id) => encodeControl(request(id))),
    fc.jsonValue({ maxDepth: 2 }).map((value) => encodeControl(value)),
    fc.tuple(fc.constantFrom(2, 3, 4), fc.uint8Array({ maxLength: 9 })).map(([kind, body]) =>
      encodeFrame(kind as FrameKind, body)
    ),
  );
  const step = fc.oneof(piece, piece, piece, fc.constantFrom("wait", "block", "unblock", "end"));
  const property = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
    const world = openConnection();
    for (const step of steps) {
      if (step instanceof Uint8Array) world.socket.feed(step);
      else if (step === "wait") await world.clock.advance(3_000);
      else if (step === "block") world.socket.block();
      else if (step === "unblock") world.socket.unblock();
      else world.socket.endWriting();
    }
    await settle();
    world.socket.break();
    await world.clock.advance(100);
    await world.served;
    assert(world.socket.isClosed && world.connection.signal.aborted);
    assertEquals(world.clock.pending, 0, "no timer is left");
  });
  await fc.assert(property, { numRuns: 2_000 });
});
