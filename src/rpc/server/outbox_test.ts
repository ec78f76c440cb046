import { assertEquals } from "@std/assert";
import { settle } from "../../../tests/support/fake_clock.ts";
import { FakeSocket } from "../../../tests/support/fake_socket.ts";
import { Outbox } from "./outbox.ts";

function open() {
  const socket = new FakeSocket();
  const seen: string[] = [];
  const outbox = new Outbox(socket, {
    onDrained: () => seen.push("drained"),
    onFailed: () => seen.push("failed"),
    onWritten: (bytes) => seen.push(`written ${bytes}`),
  });
  return { socket, seen, outbox };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (socket: FakeSocket) =>
  socket.written.map((part) => new TextDecoder().decode(part)).join("");

Deno.test("Outbox writes everything in order, also when the peer takes a part at a time", async () => {
  const { socket, seen, outbox } = open();
  outbox.push(bytes("one "));
  outbox.push(bytes("two"));
  assertEquals(outbox.pendingBytes, 7);
  await outbox.drained();
  assertEquals([textOf(socket), outbox.pendingBytes], ["one two", 0]);
  await settle();
  assertEquals(seen, ["written 4", "written 3", "drained"]);
  outbox.push(bytes("!"));
  await settle();
  assertEquals(seen.slice(3), ["written 1", "drained"]);
});

Deno.test("Outbox is drained at once when nothing waits, else when all is written", async () => {
  const { socket, outbox } = open();
  await outbox.drained();
  socket.block();
  outbox.push(bytes("x"));
  let isDrained = false;
  const drained = outbox.drained().then(() => isDrained = true);
  await settle();
  assertEquals(isDrained, false);
  socket.unblock();
  await drained;
});

Deno.test("Outbox says once that its peer is gone", async () => {
  const { socket, seen, outbox } = open();
  socket.block();
  outbox.push(bytes("x"));
  outbox.push(bytes("y"));
  socket.break();
  await settle();
  assertEquals(seen, ["failed"]);
});

Deno.test("Outbox lets go of what waits when it is closed, and of who waits for that", async () => {
  const { socket, seen, outbox } = open();
  socket.block();
  outbox.push(bytes("x"));
  const drained = outbox.drained();
  outbox.close();
  await drained;
  assertEquals(outbox.pendingBytes, 0);
  outbox.push(bytes("y"));
  socket.close();
  await settle();
  assertEquals([seen, outbox.pendingBytes], [[], 0]);
});
