import { assertEquals } from "@std/assert";
import { settle } from "../../../tests/support/fake_clock.ts";
import { FakeSocket } from "../../../tests/support/fake_socket.ts";
import { LastLines } from "./last_lines.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function open() {
  const socket = new FakeSocket();
  const lines = new LastLines(socket);
  return { socket, lines, iterator: lines[Symbol.asyncIterator]() };
}

Deno.test("LastLines gives the last of several lines that came together, and only whole ones", async () => {
  const { socket, iterator } = open();
  socket.feed(bytes("one\ntwo\nth"));
  assertEquals((await iterator.next()).value, "two");
  socket.feed(bytes("ree"));
  socket.feed(bytes("\n"));
  assertEquals((await iterator.next()).value, "three");
  socket.feed(bytes("four"));
  socket.endWriting();
  assertEquals(await iterator.next(), { done: true, value: undefined });
});

Deno.test("LastLines puts a character together that came in two pieces", async () => {
  const { socket, iterator } = open();
  const line = bytes("naïve 🐟\n");
  for (const byte of line) socket.feed(Uint8Array.of(byte));
  assertEquals((await iterator.next()).value, "naïve 🐟");
});

Deno.test("LastLines ends when it is closed, although the other side says nothing", async () => {
  const { socket, lines, iterator } = open();
  // As in a runtime where closing does not end the reading.
  socket.close = () => {};
  const next = iterator.next();
  await settle();
  lines.close();
  lines.close();
  assertEquals(await next, { done: true, value: undefined });
});
